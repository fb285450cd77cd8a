import type { Money } from '../../domain/money.ts';
import type { TextColumn } from './text-table.ts';

/** Narrower says nothing, wider says no more. */
export const BAR_WIDTH = { least: 6, most: 24 } as const;

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** Costs as bars of Unicode blocks, the largest as wide as the column. Nothing is drawn for 0 and below. */
export function barColumn(costs: readonly Money[], width: number): TextColumn {
  let most = 0n;
  for (const cost of costs) if (cost > most) most = cost;
  return { head: '', align: 'left', cells: costs.map((cost) => bar(cost, most, width)), foot: '', width };
}

function bar(cost: bigint, most: bigint, width: number): string {
  if (cost <= 0n) return '';
  const eighths = Math.max(1, Number((cost * BigInt(width * 8)) / most));
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
