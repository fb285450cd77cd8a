import { expect, test } from 'vitest';
import { NO_RULES } from '../domain/allocation.ts';
import type { SetupWish } from '../domain/setup.ts';
import { PERMISSION_COMMANDS, PERMISSIONS } from './permission-table.ts';
import { policiesFor } from './permissions.ts';

const NOTHING: SetupWish = {
  accounts: { payer: { id: '111122223333', profile: null, role: null, regions: [] }, identity: null, members: [] },
  dimensions: {},
  allocation: NO_RULES,
  tagPrincipals: false,
  trySsoTags: false,
  activateTags: false,
  backfill: null,
  export: null,
  athena: null,
  sessionTags: new Map(),
};

const actionsOf = (policies: ReturnType<typeof policiesFor>): string[] =>
  Object.values(policies).flatMap((documents) =>
    documents.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => [...Action])),
  );

test('every statement has a name of its own, of letters and digits', () => {
  const sids = PERMISSIONS.map(({ sid }) => sid);
  expect(new Set(sids).size).toBe(sids.length);
  for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
});

test('no policy is longer than IAM takes', () => {
  for (const documents of Object.values(policiesFor(PERMISSION_COMMANDS, null))) {
    for (const document of documents) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
  }
});

test('what reads asks for nothing that writes', () => {
  const reads = actionsOf(policiesFor(['init', 'plan', 'doctor', 'report', 'people'], null));
  expect(reads.length).toBeGreaterThan(20);
  const readers = /:(Get|List|Describe|Lookup|AssumeRole$)/;
  expect(reads.filter((action) => !readers.test(action))).toEqual([]);
});

test('what is not wanted needs no permission, and names narrow the rest', () => {
  expect(actionsOf(policiesFor(['plan', 'apply', 'undo'], NOTHING))).toEqual([]);
  const wish: SetupWish = {
    ...NOTHING,
    export: {
      name: 'b',
      bucket: 'acme',
      bucketRegion: 'us-east-1',
      prefix: 'cur',
      granularity: 'daily',
      resources: false,
    },
  };
  const { payer = [] } = policiesFor(['plan', 'apply'], wish);
  const resources = payer.flatMap(({ Statement }) => Statement.filter(({ Sid }) => Sid === 'MakeBucket'));
  expect(resources).toEqual([
    { Sid: 'MakeBucket', Effect: 'Allow', Action: ['s3:CreateBucket'], Resource: ['arn:aws:s3:::acme'] },
  ]);
});
