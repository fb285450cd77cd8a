import type { AllocationRules } from '../../domain/allocation.ts';
import type { Dimension } from '../../domain/dimension.ts';
import type { ExaminedPeriod } from '../../domain/health.ts';
import type { Question } from '../../domain/question.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Snapshot } from '../../ledger/snapshot.ts';
import { openTables } from '../open-tables.ts';
import { allocatedUsage } from './allocated-usage.ts';
import { tagUses } from './tags.ts';
import { unreadUsage } from './unread.ts';
import { usedBy } from './used-by.ts';

type FromLedger = Pick<ExaminedPeriod, 'allocations' | 'tags' | 'unread' | 'callers' | 'roles' | 'users'>;

/**
 * What the ledger's tables say of the health of a period.
 * @param dimensions of the configuration, the most important first
 * @throws OperatingError ALLOCATION_OVERLAP, LEDGER_DAMAGED
 */
export async function examine(
  engine: Engine,
  ledger: Ledger,
  snapshot: Snapshot,
  dimensions: readonly Dimension[],
  rules: AllocationRules,
): Promise<FromLedger> {
  return ledger.reading(engine, [snapshot], async () => {
    const question = questionOf(snapshot, dimensions);
    const [tables] = await openTables(engine, ledger, [snapshot], question, rules, null);
    if (tables === undefined) throw new Error('a snapshot has tables');
    return {
      allocations: await allocatedUsage(engine, tables, question),
      tags: await tagUses(engine, tables, snapshot.tagKeys),
      unread: await unreadUsage(engine, tables, snapshot.unread),
      ...(await usedBy(engine, tables, questionOf(snapshot, dimensions.slice(0, 1)))),
    };
  });
}

function questionOf({ period }: Snapshot, by: readonly Dimension[]): Question {
  return { by, where: [], periods: [period], from: null, to: null, grain: null, top: null, cost: 'net' };
}
