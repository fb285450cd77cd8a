import { join, relative } from 'node:path';
import { OperatingError } from '../domain/errors.ts';
import type { FileEngine } from '../engine/engine.ts';
import { exportPath } from './delivery.ts';
import { claimFolder, markInTheMaking, markWhole, readSample, withFolderErrors } from './folder.ts';
import { type OnProgress, type SampleFolders, writeMonths } from './months.ts';
import { payersOf } from './organisation.ts';
import { CONFIG_FILE, writeOwnFiles } from './own-files.ts';
import { checkParameters, monthsOf, SAMPLE_DEFAULTS, type SampleParameters } from './parameters.ts';

export interface SampleOptions extends Partial<SampleParameters> {
  /** an empty or new folder, or that of an earlier sample */
  readonly dir: string;
  /** opened with `keepOrder`, so that the same parameters give the same files */
  readonly engine: FileEngine;
  readonly onProgress?: OnProgress;
}

export interface Sample {
  /** the export's folder, as AWS lays it out: it holds data/ and metadata/ */
  readonly exportDir: string;
  /** rules and dimensions for all exports of the sample; people.csv lies beside it */
  readonly configFile: string;
  /** usage/, days/ and bill/ (Parquet, a file a period), callers.parquet, and for people totals.csv and allocated.csv */
  readonly truthDir: string;
  /** oldest first */
  readonly periods: readonly string[];
  readonly lines: number;
  /** an earlier sample with the same parameters was there and is whole */
  readonly kept: boolean;
}

/**
 * Writes the CUR 2.0 exports of an invented organisation, one a payer, and beside them its rules and people and the truth
 * about its Bedrock usage. The same parameters give the same sample, whatever the day and the machine.
 * @throws OperatingError OPTION_INVALID, FOLDER_TAKEN, FOLDER_NOT_WRITABLE, ENGINE_OUT_OF_MEMORY
 */
export async function writeSampleOrganisation({ dir, engine, onProgress, ...given }: SampleOptions): Promise<Sample> {
  const parameters: SampleParameters = { ...SAMPLE_DEFAULTS, ...given };
  checkParameters(parameters);
  const due = monthsOf(parameters).map((one) => ({ ...one, delivery: 0 }));
  const folders = foldersOf(dir);
  const exportDirs = payersOf(parameters.payers).map((payer) => exportPath(folders.exports, payer));
  const sample = {
    exportDir: exportDirs[0] ?? '',
    configFile: join(dir, CONFIG_FILE),
    truthDir: folders.truth,
    periods: due.map(({ month }) => month.period),
    lines: parameters.lines,
  };
  return withFolderErrors(dir, async () => {
    if ((await claimFolder(dir, parameters)) === 'keep') return { ...sample, kept: true };
    const cast = await writeMonths(engine, parameters, folders, due, onProgress ?? (() => {}));
    await writeOwnFiles(
      dir,
      exportDirs.map((path) => relative(dir, path)),
      cast,
    );
    await markWhole(dir, { parameters, deliveries: {} });
    return { ...sample, kept: false };
  });
}

const foldersOf = (dir: string): SampleFolders => ({ exports: join(dir, 'export'), truth: join(dir, 'truth') });

/**
 * Delivers a period of a sample once more, as AWS does day by day while it is open, and after its invoice when it restates
 * it: other amounts, fewer parts, the left-over ones beside them, the manifest last. The truth is then that of this delivery.
 * @throws OperatingError OPTION_INVALID, FOLDER_TAKEN, FOLDER_NOT_WRITABLE, ENGINE_OUT_OF_MEMORY
 */
export async function deliverAgain(dir: string, period: string, engine: FileEngine): Promise<void> {
  await withFolderErrors(dir, async () => {
    const sample = await readSample(dir);
    const { parameters, deliveries } = sample;
    const months = monthsOf(parameters);
    const found = months.find(({ month }) => month.period === period);
    if (found === undefined) {
      const there = months.map(({ month }) => month.period).join(', ');
      throw new OperatingError('OPTION_INVALID', `the sample in ${dir} has no period ${period}; it has ${there}`);
    }
    const delivery = (deliveries[period] ?? 0) + 1;
    await markInTheMaking(dir, sample);
    await writeMonths(engine, parameters, foldersOf(dir), [{ ...found, delivery }], () => {});
    await markWhole(dir, { parameters, deliveries: { ...deliveries, [period]: delivery } });
  });
}
