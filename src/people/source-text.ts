import { encodingOf } from './csv.ts';
import { invalidSource } from './problems.ts';

const SAY_WHICH = 'Say it with --encoding or people.encoding in bursar.yaml, such as';

/**
 * The text of a file of another program. UTF-8 and, by its mark, UTF-16 are recognised. Which characters single bytes stand for nobody can
 * know: taken for the wrong ones, names would be wrong without a word.
 * @param encoding what the user says it is in, a label of https://encoding.spec.whatwg.org/#names-and-labels
 * @throws OperatingError PEOPLE_SOURCE_INVALID
 */
export function textOf(place: string, bytes: Buffer, encoding: string | null): string {
  if (encoding !== null) return decode(place, bytes, encoding);
  const found = encodingOf(bytes);
  switch (found.kind) {
    case 'single-byte':
      throw invalidSource(
        place,
        [`line ${found.line}: the file is not in UTF-8, more likely in Windows-1252 or a relative of it`],
        `${SAY_WHICH} windows-1252 (Western Europe) or windows-1250 (Central Europe). Or save it as UTF-8: in Excel, the type "CSV UTF-8".`,
      );
    case 'utf-16-unmarked':
      throw invalidSource(place, ['the file is in UTF-16, and nothing says in which order'], `${SAY_WHICH} utf-16le.`);
    default:
      return decode(place, bytes, found.kind);
  }
}

function decode(place: string, bytes: Buffer, encoding: string): string {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw invalidSource(
      place,
      [`there is no encoding ${JSON.stringify(encoding)}`],
      'There are utf-8, utf-16le, utf-16be, windows-1252, windows-1250, iso-8859-15 and others.',
    );
  }
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalidSource(place, [`the file is not in ${encoding}`], `${SAY_WHICH} windows-1252.`);
  }
}
