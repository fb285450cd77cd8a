import { open } from 'node:fs/promises';
import { OperatingError } from '../../domain/errors.ts';
import { namingBrokenFile } from '../../engine/broken-file.ts';
import type { FileEngine } from '../../engine/engine.ts';
import { checkColumns, MAPS, PRINCIPAL } from './columns.ts';
import { checkCsv, isCsv } from './csv-file.ts';
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

  /** Every file is whole, and the columns that answers need are there. */
  async open(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    const paths = delivery.files.map((file) => file.path);
    const csv = paths.filter(isCsv);
    if (csv.length > 0 && csv.length < paths.length) {
      throw new OperatingError(
        'CUR_FILE_UNREADABLE',
        `${delivery.period}: ${csv[0]} is CSV, ${delivery.files.find(({ path }) => !isCsv(path))?.path} is not`,
        {
          hint: 'One delivery has files of one form. Remove those that AWS did not deliver with it.',
        },
      );
    }
    for (const file of delivery.files) await (isCsv(file.path) ? checkCsv(file) : checkParquet(file));
    const raw = await (csv.length > 0 ? this.#csv(engine, delivery) : this.#parquet(engine, delivery));
    checkColumns(raw.types, `${delivery.period}: ${paths[0]}`, csv.length > 0);
    return raw;
  }

  async #parquet(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    const paths = delivery.files.map((file) => file.path);
    const relation = engine.parquet(paths);
    const columns = await this.reading(engine, delivery, async () => ({
      types: await engine.columns(relation),
      ofFiles: [...(await engine.parquetColumns(paths)).values()],
    }));
    const { types, ofFiles } = columns;
    return {
      relation,
      types,
      withPrincipals: { files: ofFiles.filter((names) => names.has(PRINCIPAL)).length, of: paths.length },
      placed: {
        relation: engine.parquet(paths, { rowNumbers: true }),
        place: `filename || ', line ' || CAST(file_row_number + 1 AS VARCHAR)`,
      },
    };
  }

  async #csv(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    const paths = delivery.files.map((file) => file.path);
    const relation = engine.csv(paths);
    const types = await this.reading(engine, delivery, () => engine.columns(relation));
    let files = 0;
    for (const path of paths) if ((await engine.columns(engine.csv([path]))).has(PRINCIPAL)) files++;
    const item = types.has('identity_line_item_id') ? `|| ', line item ' || coalesce(identity_line_item_id, '?')` : '';
    return {
      relation,
      types,
      withPrincipals: { files, of: paths.length },
      placed: { relation: engine.csv(paths, { fileNames: true }), place: `filename ${item}` },
    };
  }

  reading<T>(engine: FileEngine, { files }: Delivery, action: () => Promise<T>): Promise<T> {
    return namingBrokenFile(
      engine,
      files.map((file) => file.path),
      (path) => probe(engine, path),
      action,
      (path, reason, cause) =>
        new OperatingError('CUR_FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { cause }),
    );
  }
}

/** Reads all of a file; of CSV the JSON of the maps too. */
async function probe(engine: FileEngine, path: string): Promise<string> {
  if (!isCsv(path)) return engine.probe(engine.parquet([path]));
  const lines = engine.csv([path]);
  const maps = [...(await engine.columns(lines)).keys()].filter((column) => MAPS.includes(column));
  const read = maps.map((column) => `${engine.dialect.textMap(column)} AS ${column}`).join(', ');
  return engine.probe(maps.length === 0 ? lines : `(SELECT * REPLACE (${read}) FROM ${lines})`);
}

const MAGIC = 'PAR1';
/** Four bytes of magic at both ends, four of footer length. */
const SMALLEST = 12;

async function checkParquet(file: DataFile): Promise<void> {
  const fail = (why: string): never => {
    throw new OperatingError('CUR_FILE_UNREADABLE', `${file.path} ${why}`);
  };
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
