import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from './write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-people-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, 'people.csv');
const left = () => readdirSync(folder).map((name) => `${name}: ${readFileSync(join(folder, name), 'utf8')}`);

test('a new file, and one in the place of another', async () => {
  await replaceFile(path(), null, 'one');
  await replaceFile(path(), Buffer.from('one'), 'two');
  expect(left()).toEqual(['people.csv: two']);
});

test.each<[string, string | null, Buffer | null]>([
  ['was changed', 'by somebody', Buffer.from('read')],
  ['was made', 'by somebody', null],
  ['was taken away', null, Buffer.from('read')],
])('a file that %s meanwhile stays so', async (_, now, before) => {
  if (now !== null) writeFileSync(path(), now);
  await expect(replaceFile(path(), before, 'ours')).rejects.toMatchObject({ code: 'PEOPLE_FILE_CHANGED' });
  expect(left()).toEqual(now === null ? [] : [`people.csv: ${now}`]);
});

test('a folder that is not there', async () => {
  await expect(replaceFile(join(folder, 'gone', 'people.csv'), null, 'ours')).rejects.toMatchObject({
    code: 'FOLDER_NOT_WRITABLE',
  });
});
