import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';

/** Bytes from `from` up to but not including `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** So many bytes are at most fetched again after a kill, for each connection. */
const NOTE_EVERY = 256 * 1024;

/**
 * A file that is being downloaded: `PATH.part` of full size with holes, and `PATH.spans`, a line for each span that is
 * written. A line is added after its bytes, so a process that is killed leaves no span noted that is not there. After a
 * power failure that may be otherwise: the checksum finds it.
 */
export class PartialFile {
  readonly path: string;
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #notes: FileHandle;
  #done: Span[];

  private constructor(path: string, bytes: number, file: FileHandle, notes: FileHandle, done: Span[]) {
    this.path = path;
    this.bytes = bytes;
    this.#file = file;
    this.#notes = notes;
    this.#done = done;
  }

  static async open(path: string, bytes: number): Promise<PartialFile> {
    const noted = await readFile(`${path}.spans`, 'latin1').catch(() => '');
    const file = await open(`${path}.part`, noted === '' ? 'w+' : 'r+').catch(() => open(`${path}.part`, 'w+'));
    const isNew = (await file.stat()).size !== bytes;
    if (isNew) await file.truncate(bytes);
    const notes = await open(`${path}.spans`, isNew ? 'w' : 'a');
    // The line that a kill has cut is ended, and means nothing.
    if (!isNew && noted !== '' && !noted.endsWith('\n')) await notes.write('?\n');
    return new PartialFile(path, bytes, file, notes, isNew ? [] : parseSpans(noted, bytes));
  }

  /** What is not there yet, in order. */
  missing(): Span[] {
    const gaps: Span[] = [];
    let at = 0;
    for (const { from, to } of this.#done.sort((a, b) => a.from - b.from)) {
      if (from > at) gaps.push({ from: at, to: from });
      at = Math.max(at, to);
    }
    if (at < this.bytes) gaps.push({ from: at, to: this.bytes });
    return gaps;
  }

  /** Writes pieces one after the other from `from` on; what was written is noted, also when the pieces end in an error. */
  async write(from: number, pieces: AsyncIterable<Uint8Array>, onBytes: (count: number) => void): Promise<number> {
    let noted = from;
    let at = from;
    const note = async (): Promise<void> => {
      if (at === noted) return;
      await this.#notes.write(`${noted} ${at}\n`);
      this.#done.push({ from: noted, to: at });
      noted = at;
    };
    try {
      for await (const piece of pieces) {
        for (let done = 0; done < piece.length; ) {
          done += (await this.#file.write(piece, done, piece.length - done, at + done)).bytesWritten;
        }
        at += piece.length;
        onBytes(piece.length);
        if (at - noted >= NOTE_EVERY) await note();
      }
    } finally {
      await note();
    }
    return at;
  }

  /** All of it again. */
  async forget(): Promise<void> {
    this.#done = [];
    await this.#notes.truncate(0);
  }

  /** The whole file under its own name: whoever sees it there sees all of it. */
  async finish(): Promise<void> {
    await this.#file.datasync();
    await this.close();
    await rename(`${this.path}.part`, this.path);
    await rm(`${this.path}.spans`, { force: true });
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#notes.close();
  }
}

function parseSpans(text: string, bytes: number): Span[] {
  const spans: Span[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, from, to] = /^(\d+) (\d+)$/.exec(line) ?? [];
    if (from !== undefined && Number(from) < Number(to) && Number(to) <= bytes) {
      spans.push({ from: Number(from), to: Number(to) });
    }
  }
  return spans;
}
