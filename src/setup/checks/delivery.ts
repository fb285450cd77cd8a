import { allowsDelivery, deniesDelivery, parseBucketPolicy } from '../../domain/bucket-policy.ts';
import type { Check } from '../../domain/finding.ts';
import { evidence, type Judgement, shell, skipped } from '../../domain/judgement.ts';
import type { BucketFacts } from '../export/bucket.ts';
import type { AccountHealth, DeliverySeen } from './account-health.ts';
import { planned } from './data-export.ts';
import { unread } from './failed.ts';

export const bucket: Check<AccountHealth> = {
  name: 'bucket',
  asks: 'Does the bucket of the export let AWS deliver, and nobody else in?',
  warns:
    'it is open to being made public, encrypts with a key of KMS, or a Deny in its policy has conditions that cannot be judged',
  fails: 'it is not there or another account’s, or its policy does not let Data Exports in, or keeps it out',
  judge: ({ payer }) => {
    if (payer === null) return skipped('no payer answers');
    if (payer.bucket === null) return skipped('there is no export, and none is asked for');
    const { name, facts } = payer.bucket;
    if ('failure' in facts) return unread(facts.failure);
    if (facts.value === null) {
      const remedies = [planned('Have it made.')];
      return { verdict: 'fail', summary: `there is no bucket ${name}`, evidence: [], remedies };
    }
    return judgeBucket(name, payer.id, facts.value);
  },
};

function judgeBucket(name: string, account: string, facts: BucketFacts): Judgement {
  const policy = parseBucketPolicy(facts.policy);
  const denies = deniesDelivery(policy, name, account);
  const [denied] = denies.sure;
  const seen = [
    evidence(`${name} in ${facts.region}; policy: ${[...policy.statements.keys()].join(', ') || 'none'}`),
    evidence(`encryption: ${facts.encryption?.algorithm ?? 'none by default'}`),
  ];
  const judged = (verdict: 'fail' | 'warn', summary: string, what: string, mends: boolean): Judgement => ({
    verdict,
    summary,
    evidence: seen,
    remedies: [mends ? planned(what) : shell(what)],
  });
  if (!allowsDelivery(policy, name, account)) {
    return judged(
      'fail',
      `the policy of ${name} does not let AWS Data Exports deliver for ${account}`,
      'bursar apply adds the statement and keeps the others.',
      true,
    );
  }
  if (denied !== undefined) {
    return judged(
      'fail',
      `the policy of ${name} keeps deliveries out: ${denied}`,
      'Except the service bcm-data-exports.amazonaws.com from it: a Deny counts more than any Allow.',
      false,
    );
  }
  const [doubtful] = denies.perhaps;
  if (doubtful !== undefined) {
    return judged(
      'warn',
      `the policy of ${name} may keep deliveries out: ${doubtful}`,
      'Look at its conditions.',
      false,
    );
  }
  const open = facts.publicAccess === null || Object.values(facts.publicAccess).includes(false);
  if (open) return judged('warn', `public access to ${name} is not blocked`, 'Block it.', true);
  if (facts.encryption !== null && facts.encryption.algorithm !== 'AES256') {
    return judged(
      'warn',
      `${name} encrypts with a key of KMS: of older reports it is told that deliveries fail`,
      'Encrypt it with SSE-S3 if the export becomes unhealthy.',
      false,
    );
  }
  return {
    verdict: 'ok',
    summary: `AWS may deliver into ${name}, and it is closed to the public`,
    evidence: seen,
    remedies: [],
  };
}

const HOUR = 3_600_000;
/** AWS delivers at least once a day; weekends and its own troubles aside. */
const OLD = 72 * HOUR;
/** Without them nobody can be told from anybody. */
const NEEDED = ['line_item_iam_principal', 'tags'];

export const newestDelivery: Check<AccountHealth> = {
  name: 'newest-delivery',
  asks: 'Does the newest delivery have the columns that say who called, and is it new?',
  waits: 'nothing has been delivered yet',
  warns: `it is older than ${OLD / HOUR} hours`,
  fails: `it lacks ${NEEDED.join(' or ')}, or cannot be read`,
  judge: ({ payer, now }) => {
    if (payer === null) return skipped('no payer answers');
    if (payer.delivery === null) return skipped('there is no export that names who called');
    if ('failure' in payer.delivery) return unread(payer.delivery.failure);
    const seen = payer.delivery.value;
    if (seen === null) {
      return {
        verdict: 'pending',
        summary: 'the export’s folder is empty: the first delivery takes up to a day',
        evidence: [],
        remedies: [],
      };
    }
    return judgeDelivery(seen, now);
  },
};

function judgeDelivery({ period, files, written, columns }: DeliverySeen, now: number): Judgement {
  const hours = Math.max(0, Math.floor((now - written) / HOUR));
  const seen = [evidence(`${period}: ${files} ${files === 1 ? 'file' : 'files'}, written ${hours} hours ago`)];
  const lacking = columns === null ? [] : NEEDED.filter((column) => !columns.includes(column));
  if (lacking.length > 0) {
    return {
      verdict: 'fail',
      summary: `the newest delivery, ${period}, has no ${lacking.join(' and no ')}: reports from it name nobody`,
      evidence: seen,
      remedies: [planned('Have an export made that has them; what was delivered before does not get them.')],
    };
  }
  const summary =
    columns === null
      ? `${period} was delivered ${hours} hours ago; its manifest does not name columns, the check identity reads the lines`
      : `${period} was delivered ${hours} hours ago, with who called and tags`;
  return {
    verdict: now - written > OLD ? 'warn' : 'ok',
    summary,
    evidence: seen,
    remedies:
      now - written > OLD
        ? [
            shell(
              'Look at the executions of the export.',
              'aws bcm-data-exports list-executions --region us-east-1 --export-arn ARN',
            ),
          ]
        : [],
  };
}
