import type { ReachedAccount } from '../aws/accounts.ts';
import { slots } from '../aws/at-once.ts';
import type { Change } from '../domain/change.ts';
import { OperatingError } from '../domain/errors.ts';
import type { Plan, PlanNote } from '../domain/plan.ts';
import type { SetupWish } from '../domain/setup.ts';
import type { Topic, TopicPart } from './topic.ts';
import { TOPICS } from './topics.ts';

/** Topics and accounts that are looked at together. */
const AT_ONCE = 4;

type Looked = TopicPart | OperatingError;

/**
 * What is to change in the accounts so that they are as bursar.yaml wants. Reads only. What cannot be looked at is kept with its
 * account, and the rest is planned. The same accounts make the same plan, in an order of dependence.
 */
export async function planSetup(
  wish: SetupWish,
  accounts: readonly ReachedAccount[],
  signal: AbortSignal,
): Promise<Plan> {
  const topics = await Promise.all(TOPICS.map((load) => load()));
  const slot = slots(AT_ONCE);
  const tasks = accounts.flatMap((account) => topics.map((topic) => ({ topic, account })));
  const looked = await Promise.all(
    tasks.map(async ({ topic, account }) => ({
      topic,
      account,
      part: await slot(() => look(topic, wish, account, signal)),
    })),
  );
  const parts = looked.flatMap(({ part }) => (part === null || part instanceof OperatingError ? [] : [part]));
  const failuresOf = (account: ReachedAccount): OperatingError[] => [
    ...account.failures,
    ...looked.flatMap((one) => (one.account === account && one.part instanceof OperatingError ? [one.part] : [])),
  ];
  return {
    accounts: accounts.map((account) => ({
      id: account.id,
      parts: account.parts,
      failures: unlike(failuresOf(account)),
    })),
    changes: inOrder(parts.flatMap(({ changes }) => changes)),
    elsewhere: parts.flatMap(({ elsewhere }) => elsewhere),
    pending: parts.flatMap(({ pending }) => pending),
    notes: [...withoutPayer(wish), ...across(wish, looked), ...parts.flatMap(({ notes }) => notes)],
  };
}

interface LookedAt {
  readonly topic: Topic;
  readonly account: ReachedAccount;
  readonly part: Looked | null;
}

/** Where one account is missing, nobody knows what it would have told. */
function across(wish: SetupWish, looked: readonly LookedAt[]): PlanNote[] {
  const own = looked.filter(({ topic, account }) => account.parts.includes(topic.part));
  return [...Map.groupBy(own, ({ topic }) => topic)].flatMap(([topic, all]) => {
    const parts = all.flatMap(({ part }) => (part === null || part instanceof OperatingError ? [] : [part]));
    return parts.length < all.length ? [] : (topic.across?.(wish, parts) ?? []);
  });
}

/** What only the payer can do is not planned without one; that is said. */
function withoutPayer({ accounts, activateTags, backfill, export: wished, athena }: SetupWish): PlanNote[] {
  if (accounts.payer !== null || !(activateTags || backfill !== null || wished !== null || athena !== null)) return [];
  const what = 'No account is named that gets the bill: cost allocation tags, export and Athena are not looked at.';
  const paste = ['accounts:', '  payer: { id: "ACCOUNT" }'];
  return [{ level: 'warn', account: null, what, remedies: [{ what: 'Name it.', where: 'bursar.yaml', paste }] }];
}

async function look(
  topic: Topic,
  wish: SetupWish,
  { id, parts, open }: ReachedAccount,
  signal: AbortSignal,
): Promise<Looked | null> {
  const regions = open?.regions.get(topic.part) ?? [];
  if (open === null || regions.length === 0) return null;
  try {
    return await topic.plan(wish, { id, parts, regions, session: open.session }, signal);
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
}

/** Two topics of one account often fail for one reason. */
function unlike(failures: readonly OperatingError[]): OperatingError[] {
  return failures.filter(
    ({ code, hint }, index) => failures.findIndex((other) => other.code === code && other.hint === hint) === index,
  );
}

/** Each change after what it depends on, else in the order given. */
export function inOrder(changes: readonly Change[]): Change[] {
  const byId = new Map(changes.map((change) => [change.id, change]));
  if (byId.size !== changes.length) throw new Error('two changes of a plan have one id');
  const sorted = new Set<Change>();
  const visit = (change: Change, path: readonly Change[]): void => {
    if (path.includes(change)) throw new Error(`changes depend on each other: ${change.id}`);
    if (sorted.has(change)) return;
    for (const id of change.dependsOn) {
      const needed = byId.get(id);
      if (needed !== undefined) visit(needed, [...path, change]);
    }
    sorted.add(change);
  };
  for (const change of changes) visit(change, []);
  return [...sorted];
}
