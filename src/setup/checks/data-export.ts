import { CUR_TABLE, type DataExport, exportFolder } from '../../domain/data-export.ts';
import type { Check, Evidence, Remedy } from '../../domain/finding.ts';
import { counted, evidence, type Judgement, shell, skipped, yaml } from '../../domain/judgement.ts';
import { chooseExport, namesCallers } from '../export/choose.ts';
import { healthNotes } from '../export/notes.ts';
import type { AccountHealth, PayerHealth } from './account-health.ts';
import { unread } from './failed.ts';

export const dataExport: Check<AccountHealth> = {
  name: 'data-export',
  asks: 'Is there a healthy CUR 2.0 export that names who called?',
  waits: 'it was made, and nothing has been delivered yet',
  warns: 'beside it there is one that does not: whoever reads that one sees nobody',
  fails: 'there is none, or AWS says that it is unhealthy',
  judge: ({ wish, payer }) => {
    if (payer === null) return skipped('no payer answers');
    if ('failure' in payer.exports) return unread(payer.exports.failure);
    const all = payer.exports.value;
    const { used, others } = chooseExport(all, wish.export?.name ?? '');
    const seen = all.map((one) => described(one, others.find((other) => other.export === one)?.faults ?? []));
    if (used === null) return none(all, seen);
    const [unhealthy] = healthNotes(payer.id, used);
    if (unhealthy !== undefined) {
      return { verdict: 'fail', summary: unhealthy.what, evidence: seen, remedies: unhealthy.remedies };
    }
    if (!used.health.delivered) {
      return {
        verdict: 'pending',
        summary: `the export ${used.name} names who called; AWS delivers first within 24 hours of its making`,
        evidence: seen,
        remedies: [],
      };
    }
    const nameless = others.filter((other) => !namesCallers(other.export));
    return {
      verdict: nameless.length === 0 ? 'ok' : 'warn',
      summary:
        nameless.length === 0
          ? `the export ${used.name} is healthy and names who called`
          : `the export ${used.name} names who called, but ${nameless.map(({ export: one }) => one.name).join(', ')} does not: reports from that show $0 for everybody`,
      evidence: seen,
      remedies:
        nameless.length === 0
          ? []
          : [
              yaml('Read the one that names who called.', `cur: ${folderOf(used)}`),
              shell('Keep the other one only for its past.'),
            ],
    };
  },
};

function none(all: readonly DataExport[], seen: readonly Evidence[]): Judgement {
  const cur = all.filter(({ tables }) => CUR_TABLE in tables);
  const summary =
    all.length === 0
      ? 'the account has no export of AWS Data Exports'
      : cur.length === 0
        ? `the account has ${counted(all.length, 'export')}, but none of CUR 2.0: FOCUS and legacy reports do not name who called`
        : `${counted(cur.length, 'export')} of CUR 2.0 ${cur.length === 1 ? 'is' : 'are'} there, but none that Bursar can tell callers from`;
  return {
    verdict: 'fail',
    summary,
    evidence: seen,
    remedies: [planned('Have one made: setup.export in bursar.yaml names its bucket.')],
  };
}

/** What bursar apply does. */
export function planned(what: string): Remedy {
  return shell(what, 'bursar plan', 'bursar apply');
}

function described(one: DataExport, faults: readonly string[]): Evidence {
  const [table = 'no table'] = Object.keys(one.tables);
  const what =
    table === CUR_TABLE ? (faults.length === 0 ? 'CUR 2.0, names who called' : `CUR 2.0, ${faults.join(', ')}`) : table;
  const state = one.health.healthy ? (one.health.delivered ? 'healthy' : 'nothing delivered yet') : 'unhealthy';
  return evidence(`${one.name} in ${folderOf(one)}: ${what}; ${state}`);
}

function folderOf({ destination, name }: DataExport): string {
  return exportFolder(destination.bucket, destination.prefix, name).replace(/\/$/, '');
}

export const cur: Check<AccountHealth> = {
  name: 'cur',
  asks: 'Do reports read the export that names who called?',
  waits: 'it has not been delivered yet',
  warns: 'nothing says where reports find their export, though there is one',
  fails: 'they read one that names nobody, or one that cannot be read',
  judge: ({ payer, reports, wish }) => {
    if (reports.failure !== null && reports.places.length > 0) return unread(reports.failure);
    const { used, all } = exportsOf(payer, wish.export?.name ?? '');
    if (reports.places.length === 0) return unnamed(used);
    const places = new Set(reports.places.map((place) => place.replace(/\/+$/, '').toLowerCase()));
    const read = all.filter((one) => places.has(folderOf(one).toLowerCase()));
    const nameless = read.find((one) => !namesCallers(one));
    if (nameless !== undefined && !read.some(namesCallers)) {
      return {
        verdict: 'fail',
        summary: `reports read ${folderOf(nameless)}, which names nobody`,
        evidence: [],
        remedies:
          used === null
            ? [planned('Have one made that names who called.')]
            : [yaml('Read the other one.', `cur: ${folderOf(used)}`)],
      };
    }
    const summary = `reports read ${reports.places.join(', ')}`;
    return { verdict: 'ok', summary, evidence: [], remedies: [] };
  },
};

function exportsOf(payer: PayerHealth | null, name: string) {
  const all = payer === null || 'failure' in payer.exports ? [] : payer.exports.value;
  return { all, used: chooseExport(all, name).used };
}

function unnamed(used: DataExport | null): Judgement {
  if (used === null) return skipped('nothing names an export that reports could read');
  const remedies = [yaml('Say where it is.', `cur: ${folderOf(used)}`)];
  if (!used.health.delivered) {
    return { verdict: 'pending', summary: `nothing is in ${folderOf(used)} yet`, evidence: [], remedies };
  }
  return { verdict: 'warn', summary: `reports do not know that ${folderOf(used)} is there`, evidence: [], remedies };
}
