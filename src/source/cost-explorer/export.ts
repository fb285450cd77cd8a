import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Period } from '../../domain/period.ts';
import type { CurExport } from '../cur/export.ts';
import { FolderExport } from '../cur/folder.ts';
import type { AboutPeriod } from './export-files.ts';
import type { View } from './read.ts';

/** The view as an export: what has been asked for so far. Reads files, asks nothing. */
export function openCostExplorerExport({ account, tag, folder }: View): CurExport {
  const files = new FolderExport({ path: folder, name: 'cost-explorer' });
  return {
    place: `Cost Explorer of account ${account}, by ${tag}`,
    deliveries: () => files.deliveries(),
    open: (engine, delivery) => files.open(engine as Parameters<FolderExport['open']>[0], delivery),
    checkUnchanged: (delivery) => files.checkUnchanged(delivery),
    reading: (engine, delivery, action) =>
      files.reading(engine as Parameters<FolderExport['reading']>[0], delivery, action),
  };
}

/** What one must know of the periods to trust what is reported of them. */
export async function notesOnPeriods({ folder }: View, periods: readonly Period[]): Promise<string[]> {
  const read = periods.map(async (period) => {
    const path = join(folder, 'metadata', `BILLING_PERIOD=${period}`, 'cost-explorer-Manifest.json');
    return (JSON.parse(await readFile(path, 'utf8')) as AboutPeriod).notes;
  });
  return (await Promise.all(read)).flat();
}
