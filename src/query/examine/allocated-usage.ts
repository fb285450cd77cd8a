import { SHARED } from '../../domain/allocation.ts';
import type { AllocatedUsage } from '../../domain/health.ts';
import { sum } from '../../domain/money.ts';
import type { Question } from '../../domain/question.ts';
import { moneyOf } from '../../engine/cells.ts';
import type { Engine } from '../../engine/engine.ts';
import { compilePeriod, valueColumn } from '../compile.ts';
import { COSTS_ALONE } from '../facts-sql.ts';
import type { PeriodTables } from '../period-tables.ts';

type Part = Exclude<keyof AllocatedUsage, 'dimension'>;

/**
 * Usage by each dimension that the question asks by, from one statement: what is alike in the parts of all of them is one
 * row, of which there are few.
 */
export async function allocatedUsage(
  engine: Engine,
  tables: PeriodTables,
  question: Question,
): Promise<AllocatedUsage[]> {
  if (question.by.length === 0) return [];
  const { dialect } = engine;
  const parts = question.by.map((_, index) => {
    const value = valueColumn(index);
    return `CASE WHEN ${value} IS NULL THEN 'unallocated' WHEN ${value} = ${dialect.text(SHARED)} THEN 'shared' ELSE 'allocated' END`;
  });
  const rows = await engine.rows(
    `SELECT ${parts.map((part, index) => `${part} AS ${partColumn(index)}`).join(', ')}, sum(cost) AS cost
     FROM (${compilePeriod(question, tables, dialect, COSTS_ALONE)}) AS lines WHERE adjustment IS NULL
     GROUP BY ${parts.map((_, index) => index + 1).join(', ')}`,
  );
  return question.by.map(({ name }, index) => {
    const part = (wanted: Part) =>
      sum(rows.filter((row) => row[partColumn(index)] === wanted).map((row) => moneyOf(row, 'cost')));
    return {
      dimension: name,
      allocated: part('allocated'),
      shared: part('shared'),
      unallocated: part('unallocated'),
    };
  });
}

const partColumn = (index: number): string => `p${index}`;
