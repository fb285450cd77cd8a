import { CUR_TABLE, type DataExport } from '../../domain/data-export.ts';
import type { FoundExport } from './found.ts';

/** What an export is good for. */
export function foundExport({ name, tables, destination, health }: DataExport): FoundExport {
  const settings = tables[CUR_TABLE];
  const [other = 'nothing'] = Object.keys(tables);
  return {
    name,
    otherTable: settings === undefined ? `an export of ${other}` : null,
    identity: settings?.INCLUDE_IAM_PRINCIPAL_DATA?.toUpperCase() === 'TRUE',
    healthy: health.healthy,
    bucket: destination.bucket,
    bucketRegion: destination.region,
    prefix: destination.prefix.replace(/^\/+|\/+$/g, ''),
  };
}
