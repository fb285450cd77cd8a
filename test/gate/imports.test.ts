import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkImports, complaints } from './imports.ts';

const repository = join(import.meta.dirname, '../..');
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'bursar-gate-'));
  cpSync(join(repository, 'src'), join(root, 'src'), { recursive: true });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(repository, file), join(root, file));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});

afterAll(() => rmSync(root, { recursive: true }));

function plant(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('the tree as it is breaks no rule, and every file was seen', async () => {
  const verdict = await checkImports(root);
  expect(verdict.violations).toEqual([]);
  expect(verdict.seen).toBe(verdict.files);
});

test('a checker that sees fewer modules than there are files says no', () => {
  expect(complaints({ files: 3, seen: 3, violations: [] })).toEqual([]);
  expect(complaints({ files: 3, seen: 0, violations: [] })).toEqual([expect.stringContaining('saw 0 of 3')]);
  expect(complaints({ files: 3, seen: 3, violations: ['x'] })).toEqual(['x']);
});

describe('a planted import is found', () => {
  const PLANTED = [
    ['domain-sees-only', 'src/domain/planted.ts', "import '../engine/engine.ts';\n"],
    [
      'domain-sees-only',
      'src/domain/planted-type.ts',
      "import type { Engine } from '../engine/engine.ts';\nexport type P = Engine;\n",
    ],
    ['pure-without-node', 'src/report/planted.ts', "import 'node:fs';\n"],
    ['pure-without-node', 'src/allocation/planted-node.ts', "import 'node:crypto';\n"],
    ['allocation-sees-only', 'src/allocation/planted.ts', "import '../ledger/tables.ts';\n"],
    ['demo-is-independent', 'src/demo/planted.ts', "import '../domain/usage.ts';\n"],
    ['only-engine-reaches-databases', 'src/query/planted.ts', "import '@duckdb/node-api';\n"],
    ['only-aws-reaches-aws', 'src/source/planted.ts', "import '@aws-sdk/client-s3';\n"],
    ['folder-not-in-table', 'src/utils/planted.ts', "import '../domain/money.ts';\n"],
    ['nothing-unresolved', 'src/query/planted-gone.ts', "import './gone.ts';\n"],
  ] as const;
  let found: string[];

  beforeAll(async () => {
    for (const [, path, text] of PLANTED) plant(path, text);
    const { violations } = await checkImports(root);
    found = violations.map((violation) => violation.split(' -> ')[0] ?? '');
  });

  test.each(PLANTED)('by %s: %s', (rule, path) => {
    expect(found).toContain(`${rule}: ${path}`);
  });
});
