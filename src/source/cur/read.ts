import { open } from 'node:fs/promises';
import { OperatingError } from '../../domain/errors.ts';
import { namingBrokenFile } from '../../engine/broken-file.ts';
import type { Engine } from '../../engine/engine.ts';
import type { DataFile, Delivery } from './manifest.ts';

/** The raw lines of one delivery as a relation, with the columns the export really has. */
export interface RawLines {
  /** SQL of the relation */
  readonly relation: string;
  /** column name -> the engine's type */
  readonly types: ReadonlyMap<string, string>;
  readonly files: readonly DataFile[];
}

/** Without these no dollar can be placed (CUR 2.0 data dictionary). */
const REQUIRED = [
  'bill_payer_account_id',
  'bill_billing_entity',
  'line_item_usage_account_id',
  'line_item_line_item_type',
  'line_item_product_code',
  'line_item_usage_type',
  'line_item_usage_amount',
  'line_item_usage_start_date',
  'line_item_unblended_cost',
];

const TIMESTAMPS = ['line_item_usage_start_date', 'line_item_usage_end_date'];

/**
 * Opens a delivery: every file is a whole Parquet file, and the columns that answers need are there.
 * @throws OperatingError CUR_FILE_UNREADABLE, CUR_COLUMN_MISSING, CUR_IDENTITY_MISSING, CUR_TAGS_MISSING
 */
export async function openDelivery(engine: Engine, delivery: Delivery): Promise<RawLines> {
  for (const file of delivery.files) await checkParquet(file);
  const relation = engine.dialect.parquet(delivery.files.map((file) => file.path));
  const described = await namingTheFile(engine, delivery.files, () =>
    engine.rows(`DESCRIBE SELECT * FROM ${relation}`),
  );
  const types = new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  const missing = REQUIRED.filter((column) => !types.has(column));
  const where = `${delivery.period}: ${delivery.files[0]?.path}`;
  if (missing.length > 0)
    throw new OperatingError('CUR_COLUMN_MISSING', `${where} has no column ${missing.join(', ')}`);
  if (!types.has('line_item_iam_principal')) {
    throw new OperatingError('CUR_IDENTITY_MISSING', `${where} has no column line_item_iam_principal`);
  }
  if (!types.get('tags')?.startsWith('MAP')) {
    throw new OperatingError('CUR_TAGS_MISSING', `${where} has no map column tags`);
  }
  for (const column of TIMESTAMPS) {
    const type = types.get(column);
    if (type !== undefined && !/^(TIMESTAMP|DATE|VARCHAR)/.test(type)) {
      throw new OperatingError('CUR_COLUMN_MISSING', `${where}: the column ${column} holds ${type}, not a time`);
    }
  }
  return { relation, types, files: delivery.files };
}

/**
 * Runs something that reads the raw files.
 * @throws OperatingError CUR_FILE_UNREADABLE naming the file that broke it
 */
export function namingTheFile<T>(engine: Engine, files: readonly DataFile[], action: () => Promise<T>): Promise<T> {
  const paths = files.map((file) => file.path);
  return namingBrokenFile(
    engine,
    paths,
    action,
    (path, reason, cause) => new OperatingError('CUR_FILE_UNREADABLE', `${path} cannot be read: ${reason}`, { cause }),
  );
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
