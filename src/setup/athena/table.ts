import type { CatalogTable } from '../../aws/read/glue.ts';

/** Bursar's mark on a table of its own. */
const MARK = { 'bursar.table': 'cur' } as const;

export const isOurs = ({ parameters }: CatalogTable): boolean =>
  Object.entries(MARK).every(([name, value]) => parameters[name] === value);

/** Data Exports began in this month, so no export has files of an earlier one. */
const FIRST_MONTH = '2023-11';

/**
 * The raw table over an export. Athena works out which months there are, so nobody has to tell it of new ones; their folders are
 * written in capitals, which Hive would not find by itself.
 * Source: https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 * @param folder of the export, with a slash at its end
 */
export function rawTable(folder: string, columns: Readonly<Record<string, string>>): CatalogTable {
  const data = `${folder}data/`;
  return {
    location: data,
    columns,
    partitions: { billing_period: 'string' },
    parameters: {
      ...MARK,
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.billing_period.type': 'date',
      'projection.billing_period.format': 'yyyy-MM',
      'projection.billing_period.range': `${FIRST_MONTH},NOW`,
      'projection.billing_period.interval': '1',
      'projection.billing_period.interval.unit': 'MONTHS',
      'storage.location.template': `${data}BILLING_PERIOD=\${billing_period}/`,
    },
  };
}
