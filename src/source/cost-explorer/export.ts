import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Period } from '../../domain/period.ts';
import { FolderExport } from '../cur/folder.ts';
import type { AboutPeriod } from './export-files.ts';
import type { View } from './read.ts';

/** The view as an export: what has been asked for so far. Reads files, asks nothing. */
export class CostExplorerExport extends FolderExport {
  override readonly place: string;

  constructor({ account, tag, folder }: View) {
    super({ path: folder, name: basename(folder) });
    this.place = `Cost Explorer of account ${account}, by ${tag}`;
  }
}

/** What one must know of the periods to trust what is reported of them. */
export async function notesOnPeriods({ folder }: View, periods: readonly Period[]): Promise<string[]> {
  const read = periods.map(async (period) => {
    const path = join(folder, 'metadata', `BILLING_PERIOD=${period}`, 'cost-explorer-Manifest.json');
    return (JSON.parse(await readFile(path, 'utf8')) as AboutPeriod).notes;
  });
  return (await Promise.all(read)).flat();
}
