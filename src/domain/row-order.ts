import type { AnswerRow } from './answer.ts';

type Ordered = Pick<AnswerRow, 'time' | 'values' | 'adjustment' | 'other' | 'cost'>;

/**
 * The order of an answer's rows: by time, usage before adjustments, what stands on its own before the rest, then the dearest
 * first, and among equals by name, nothing last. It is Bursar's own, so that no engine's collation decides it.
 */
export function byOrder(a: Ordered, b: Ordered): number {
  return (
    byText(a.time, b.time) ||
    Number(a.adjustment !== null) - Number(b.adjustment !== null) ||
    Number(a.other) - Number(b.other) ||
    (a.cost === b.cost ? 0 : a.cost < b.cost ? 1 : -1) ||
    byTexts(a.values, b.values) ||
    byText(a.adjustment, b.adjustment)
  );
}

function byTexts(a: readonly (string | null)[], b: readonly (string | null)[]): number {
  for (const [index, text] of a.entries()) {
    const order = byText(text, b[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

/** By code points, which is the order of UTF-8's bytes; `null` last. */
function byText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  // Half a pair says nothing of its character.
  if (index > 0 && /[\ud800-\udbff]/.test(a[index - 1] ?? '')) index--;
  return (a.codePointAt(index) ?? -1) - (b.codePointAt(index) ?? -1);
}
