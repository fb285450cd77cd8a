import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OperatingError } from '../../domain/errors.ts';
import type { DataFile } from './export.ts';

export function isCsv(path: string): boolean {
  return /\.csv(\.gz|\.zip)?$/i.test(path);
}

/**
 * Checks that a compressed CSV file is whole, by its own checksum: engines take what a cut-off file still gives for all. Of
 * a plain one no more can be seen than that its header is whole.
 * @throws OperatingError CUR_FILE_UNREADABLE
 */
export async function checkCsv({ path }: DataFile): Promise<void> {
  if (/\.zip$/i.test(path)) {
    throw new OperatingError('CUR_FILE_UNREADABLE', `${path} is a ZIP archive`, {
      hint: 'Bursar reads Parquet, CSV and gzip-compressed CSV: create the export with one of these.',
    });
  }
  if (!/\.gz$/i.test(path)) return checkHeader(path);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const why =
      code === 'Z_BUF_ERROR'
        ? 'is cut short'
        : code.startsWith('Z_')
          ? `is damaged: ${message}`
          : `cannot be opened: ${message}`;
    throw new OperatingError('CUR_FILE_UNREADABLE', `${path} ${why}`, { cause });
  }
}

/** Far more than the names of all columns. */
const LONGEST_HEADER = 256 * 1024;

async function checkHeader(path: string): Promise<void> {
  const handle = await open(path).catch((cause: Error) => {
    throw new OperatingError('CUR_FILE_UNREADABLE', `${path} cannot be opened: ${cause.message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0);
    if (!buffer.subarray(0, bytesRead).includes('\n')) {
      throw new OperatingError('CUR_FILE_UNREADABLE', `${path} is cut short: its first line has no end`);
    }
  } finally {
    await handle.close();
  }
}
