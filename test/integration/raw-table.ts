import { openDuckDB } from '../../src/engine/duckdb.ts';

/** The columns of an export's Parquet files, in Trino's types. */
export async function columnsOf(exportFolder: string): Promise<Record<string, string>> {
  const engine = await openDuckDB();
  const columns = await engine.columns(
    `read_parquet(${engine.dialect.text(`${exportFolder}/data/*/*.parquet`)}, union_by_name = true, hive_partitioning = false)`,
  );
  await engine.close();
  return Object.fromEntries([...columns].map(([name, type]) => [name, type.replace(/^TIMESTAMP.*/, 'TIMESTAMP(3)')]));
}

/**
 * The statement that makes the raw table, as docs/guides/trino.md tells to.
 * @param data where the export's folder data/ lies, as the server sees it
 */
export function createRaw(name: string, data: string, columns: Readonly<Record<string, string>>): string {
  const defined = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
  const months = Array.from({ length: 12 }, (_, month) => `'2026-${String(month + 1).padStart(2, '0')}'`);
  const projection = `partition_projection_type = 'enum', partition_projection_values = ARRAY[${months.join(', ')}]`;
  return `CREATE TABLE "${name}" (${defined.join(', ')}, billing_period VARCHAR WITH (${projection}))
    WITH (format = 'PARQUET', external_location = '${data}', partitioned_by = ARRAY['billing_period'],
      partition_projection_enabled = true, partition_projection_location_template = '${data}BILLING_PERIOD=\${billing_period}/')`;
}
