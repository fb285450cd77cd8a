/** Large enough that a write costs nothing, small enough that nobody notices the memory. */
const CHUNK_LENGTH = 65_536;

/** Joins lines, each with its line break, to chunks worth a write: an answer may have a million lines. */
export function* inChunks(lines: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
