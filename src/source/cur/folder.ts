import { open } from 'node:fs/promises';
import { OperatingError } from '../../domain/errors.ts';
import { namingBrokenFile, whyFailing } from '../../engine/broken-file.ts';
import { EngineError, type FileEngine } from '../../engine/engine.ts';
import { whyIndexIsWrong } from '../../engine/parquet-index.ts';
import { checkColumns, checkRequired, checkTypes, MAPS, PRINCIPAL } from './columns.ts';
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
    return csv.length > 0 ? this.#csv(engine, delivery) : this.#parquet(engine, delivery);
  }

  async #parquet(engine: FileEngine, delivery: Delivery): Promise<RawLines> {
    const paths = delivery.files.map((file) => file.path);
    const relation = engine.parquet(paths);
    const ofFiles = await this.reading(engine, delivery, () => engine.parquetColumns(paths));
    const types = await this.reading(engine, delivery, () => columnsOfAll(engine, delivery, relation));
    checkFiles(delivery, types, ofFiles, false);
    return {
      relation,
      types,
      withPrincipals: withPrincipals(ofFiles),
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
    const ofFiles = new Map<string, ReadonlyMap<string, string>>();
    for (const path of paths) ofFiles.set(path, await engine.columns(engine.csv([path])));
    checkFiles(delivery, types, ofFiles, true);
    const item = types.has('identity_line_item_id') ? `|| ', line item ' || coalesce(identity_line_item_id, '?')` : '';
    return {
      relation,
      types,
      withPrincipals: withPrincipals(ofFiles),
      placed: { relation: engine.csv(paths, { fileNames: true }), place: `filename ${item}` },
    };
  }

  reading<T>(engine: FileEngine, { files }: Delivery, action: () => Promise<T>): Promise<T> {
    return namingBrokenFile(
      files.map((file) => file.path),
      (path) => whyBroken(engine, path),
      action,
      (path, reason, cause) =>
        new OperatingError('CUR_FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { cause }),
    );
  }
}

/** file -> column -> type */
type FileColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** One part without a column that its month has would count as nothing, without a word. */
function checkFiles(
  { period, files }: Delivery,
  types: ReadonlyMap<string, string>,
  ofFiles: FileColumns,
  mapsAsText: boolean,
): void {
  checkColumns(types, `${period}: ${files[0]?.path}`, mapsAsText);
  for (const [path, own] of ofFiles) {
    checkRequired(own, `${period}: ${path}`);
    checkTypes(own, `${period}: ${path}`, mapsAsText);
  }
}

function withPrincipals(ofFiles: FileColumns): RawLines['withPrincipals'] {
  return { files: [...ofFiles.values()].filter((names) => names.has(PRINCIPAL)).length, of: ofFiles.size };
}

/** Columns that each file has in a type of its own, such as a list beside a map, have none together. */
async function columnsOfAll(
  engine: FileEngine,
  { period, files }: Delivery,
  relation: string,
): Promise<Map<string, string>> {
  try {
    return await engine.columns(relation);
  } catch (error) {
    if (!(error instanceof EngineError) || error.why === 'interrupted') throw error;
    for (const { path } of files) if ((await whyBroken(engine, path)) !== null) throw error;
    const paths = files.map(({ path }) => path).join(', ');
    throw new OperatingError(
      'CUR_FILE_UNREADABLE',
      `${period}: ${paths} do not fit together: ${error.message.split('\n')[0]}`,
      { cause: error },
    );
  }
}

/** Reads all of a file: of Parquet the names of its columns too, of CSV the JSON of the maps. */
async function whyBroken(engine: FileEngine, path: string): Promise<string | null> {
  if (!isCsv(path)) {
    const unreadable = await whyFailing(engine, async () => {
      await engine.parquetColumns([path]);
      return engine.probe(engine.parquet([path]));
    });
    return unreadable ?? (await whyIndexIsWrong(engine, path, COMPARED));
  }
  const lines = engine.csv([path]);
  return whyFailing(engine, async () => {
    const maps = [...(await engine.columns(lines)).keys()].filter((column) => MAPS.includes(column));
    const read = maps.map((column) => `${engine.dialect.textMap(column)} AS ${column}`).join(', ');
    return engine.probe(maps.length === 0 ? lines : `(SELECT * REPLACE (${read}) FROM ${lines})`);
  });
}

/** Text that statements compare as it is stored: bedrock-lines of the ledger, and the proof. */
const COMPARED = ['line_item_product_code', 'bill_billing_entity'];
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
