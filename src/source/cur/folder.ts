import { open } from 'node:fs/promises';
import { OperatingError } from '../../domain/errors.ts';
import { namingBrokenFile } from '../../engine/broken-file.ts';
import type { FileEngine } from '../../engine/engine.ts';
import { checkColumns } from './columns.ts';
import type { CurExport, DataFile, Delivery, DeliveryOutcome, RawLines } from './export.ts';
import { type ExportFolder, locateExport } from './locate.ts';
import { checkUnchanged, listDeliveries } from './manifest.ts';

/**
 * The export in a folder of this machine, read by an engine that reads files.
 * @throws OperatingError CUR_FOLDER_MISSING, CUR_SEVERAL_EXPORTS
 */
export async function openExportFolder(folder: string): Promise<CurExport> {
  return new FolderExport(await locateExport(folder));
}

/** Also the reader of files that came from elsewhere: it reads what a delivery names. */
export class FolderExport implements CurExport {
  readonly place: string;
  readonly #folder: ExportFolder;

  constructor(folder: ExportFolder) {
    this.place = folder.path;
    this.#folder = folder;
  }

  deliveries(): Promise<DeliveryOutcome[]> {
    return listDeliveries(this.#folder);
  }

  checkUnchanged(delivery: Delivery): Promise<void> {
    return checkUnchanged(delivery);
  }

  /** Every file is a whole Parquet file, and the columns that answers need are there. */
  async open(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    for (const file of delivery.files) await checkParquet(file);
    const paths = delivery.files.map((file) => file.path);
    const relation = engine.parquet(paths);
    const types = await this.reading(engine, delivery, () => engine.columns(relation));
    checkColumns(types, `${delivery.period}: ${delivery.files[0]?.path}`);
    const place = `filename || ', line ' || CAST(file_row_number + 1 AS VARCHAR)`;
    return { relation, types, placed: { relation: engine.parquet(paths, { rowNumbers: true }), place } };
  }

  reading<T>(engine: FileEngine, { files }: Delivery, action: () => Promise<T>): Promise<T> {
    return namingBrokenFile(
      engine,
      files.map((file) => file.path),
      action,
      (path, reason, cause) =>
        new OperatingError('CUR_FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { cause }),
    );
  }
}

const MAGIC = 'PAR1';
/** Four bytes of magic at both ends, four of footer length. */
const SMALLEST = 12;

async function checkParquet(file: DataFile): Promise<void> {
  const fail = (why: string): never => {
    throw new OperatingError('CUR_FILE_UNREADABLE', `${file.path} ${why}`);
  };
  if (/\.csv(\.gz|\.zip)?$/i.test(file.path)) {
    throw new OperatingError('CUR_FILE_UNREADABLE', `${file.path} is a CSV file`, {
      hint: 'Bursar reads Parquet: create the export with format Parquet.',
    });
  }
  if (file.bytes < SMALLEST) fail(`is no Parquet file: it has ${file.bytes} bytes`);
  const handle = await open(file.path).catch((cause: Error) => fail(`cannot be opened: ${cause.message}`));
  try {
    if (!(await handle.stat()).isFile()) fail('is no file');
    const ends = Buffer.alloc(SMALLEST);
    await handle.read(ends, 0, 4, 0);
    await handle.read(ends, 4, 8, file.bytes - 8);
    if (ends.toString('latin1', 0, 4) !== MAGIC) fail('is no Parquet file: it does not begin with PAR1');
    if (ends.toString('latin1', 8) !== MAGIC) fail('is cut short: it does not end with PAR1');
    if (ends.readUInt32LE(4) + SMALLEST > file.bytes) fail('is damaged: its footer is longer than the file');
  } finally {
    await handle.close();
  }
}
