/** One part of a column, from value to value. */
export interface Segment {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** Parts above 0 upwards, parts below 0 downwards, each in the order of the series. */
export function stack(parts: readonly number[]): Segment[] {
  let [above, below] = [0, 0];
  return parts.flatMap((size, series) => {
    if (size === 0) return [];
    const from = size > 0 ? above : below;
    if (size > 0) above += size;
    else below += size;
    return [{ series, from, to: from + size }];
  });
}

/** Each value with all before it. */
export function cumulate(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}
