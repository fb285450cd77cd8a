import type { Workgroup, WorkgroupSettings } from '../../aws/read/athena.ts';
import type { CatalogTable } from '../../aws/read/glue.ts';
import { databaseState } from '../../change/kind/create-database.ts';
import { databaseChangeId, sameTable, tableState } from '../../change/kind/create-table.ts';
import { WORKGROUP_DESCRIPTION, workgroupState } from '../../change/kind/create-workgroup.ts';
import { bucketChangeId } from '../../change/own-bucket.ts';
import { type Change, type ChangeKind, type State, sameJson } from '../../domain/change.ts';
import type { PlanNote, PlanPart } from '../../domain/plan.ts';
import type { AthenaWish } from '../../domain/setup.ts';
import { isOurs, rawTable } from './table.ts';

/** What was read of an account for Athena. */
export interface AthenaFacts {
  readonly account: string;
  /** of the bucket that the export lies in: elsewhere Athena would carry every byte from one region to the other */
  readonly region: string;
  /** of the export, s3://bucket/prefix/name/ */
  readonly folder: string;
  /** name -> Hive's type */
  readonly columns: Readonly<Record<string, string>>;
  readonly hasDatabase: boolean;
  readonly table: CatalogTable | null;
  readonly workgroup: Workgroup | null;
  /** of the answers; `there` = or it cannot be seen, `made` = by the same plan */
  readonly resultsBucket: { readonly name: string; readonly is: 'there' | 'made' | 'missing' };
}

/** What Athena needs to read the export. What is there and not Bursar's stays as it is. */
export function planAthena(wish: AthenaWish, facts: AthenaFacts): PlanPart {
  const parts = [planDatabase(wish, facts), planTable(wish, facts), planWorkgroup(wish, facts)];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    elsewhere: [],
    pending: [],
    notes: parts.flatMap(({ notes }) => notes),
  };
}

type Part = Pick<PlanPart, 'changes' | 'notes'>;

const NOTHING: Part = { changes: [], notes: [] };

function planDatabase({ database }: AthenaWish, facts: AthenaFacts): Part {
  if (facts.hasDatabase) return NOTHING;
  const change = changeOf('create-database', database, facts, databaseState(false), databaseState(true));
  return { changes: [{ ...change, id: databaseChangeId(facts, database) }], notes: [] };
}

function planTable({ database, table }: AthenaWish, facts: AthenaFacts): Part {
  const name = `${database}.${table}`;
  const wanted = rawTable(facts.folder, facts.columns);
  const there = facts.table;
  if (there !== null && sameTable(there, wanted)) return NOTHING;
  if (there !== null && !isOurs(there)) {
    if (readsExport(there, facts)) return NOTHING;
    const what = `The table ${name} is not Bursar's, and reads ${there.location || 'no files'} instead of ${facts.folder}: it stays as it is.`;
    return { changes: [], notes: [otherName(facts, what, 'table')] };
  }
  const change = changeOf('create-table', name, facts, tableState(there), tableState(wanted));
  const dependsOn = facts.hasDatabase ? [] : [databaseChangeId(facts, database)];
  return { changes: [{ ...change, dependsOn }], notes: [] };
}

/** A table that a crawler or somebody has made serves as well. */
function readsExport({ location, columns, partitions }: CatalogTable, facts: AthenaFacts): boolean {
  const withSlash = location.replace(/\/*$/, '/');
  return (
    [facts.folder, `${facts.folder}data/`].includes(withSlash) &&
    Object.keys(facts.columns).every((name) => name in columns) &&
    'billing_period' in partitions
  );
}

function planWorkgroup(wish: AthenaWish, facts: AthenaFacts): Part {
  const { resultsBucket, account } = facts;
  const wanted: WorkgroupSettings = {
    results: wish.results,
    encryption: 'SSE_S3',
    enforced: true,
    scanBytes: wish.scanBytes,
  };
  const [before, after] = [workgroupState(facts.workgroup), workgroupState(wanted)];
  const notes = resultsBucket.is === 'missing' ? [missingBucket(facts)] : [];
  if (sameJson(before, after)) return { changes: [], notes };
  if (facts.workgroup !== null && facts.workgroup.description !== WORKGROUP_DESCRIPTION) {
    const what = `The Athena workgroup ${wish.workgroup} is not Bursar's, and has other settings: it stays as it is.`;
    return { changes: [], notes: [...notes, otherName(facts, what, 'workgroup')] };
  }
  const change = changeOf('create-workgroup', wish.workgroup, facts, before, after);
  const dependsOn = resultsBucket.is === 'made' ? [bucketChangeId(account, resultsBucket.name)] : [];
  return { changes: [{ ...change, dependsOn }], notes };
}

function changeOf(kind: ChangeKind, resource: string, facts: AthenaFacts, before: State, after: State): Change {
  const { account, region } = facts;
  const id = `${kind}/${account}/${region}/${resource}`;
  return { id, kind, account, region, resource, before, after, dependsOn: [], managedBy: null };
}

function otherName({ account }: AthenaFacts, what: string, setting: 'table' | 'workgroup'): PlanNote {
  const paste = ['setup:', '  athena:', `    ${setting}: ANOTHER_NAME`];
  const remedy = { what: 'Choose another name, if you want one of your own.', where: 'bursar.yaml' as const, paste };
  return { level: 'warn', account, what, remedies: [remedy] };
}

function missingBucket({ account, resultsBucket }: AthenaFacts): PlanNote {
  const what = `The bucket ${resultsBucket.name}, where Athena is to keep answers, does not exist: every query would fail.`;
  const paste = ['setup:', '  athena:', '    results: s3://BUCKET/PREFIX/'];
  const remedy = { what: 'Make it, or name one that is there.', where: 'bursar.yaml' as const, paste };
  return { level: 'warn', account, what, remedies: [remedy] };
}
