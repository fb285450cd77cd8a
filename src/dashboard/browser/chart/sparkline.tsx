const [WIDTH, HEIGHT] = [72, 22];

/** The course of a cost, from 0 on: what the table says in numbers, to see its form. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly number[];
  readonly label: string;
}): React.ReactNode {
  const most = Math.max(...values, 0);
  if (values.length < 2 || most === 0) return null;
  const step = (WIDTH - 2) / (values.length - 1);
  const points = values.map(
    (value, index) => `${1 + index * step},${HEIGHT - 2 - (Math.max(value, 0) / most) * (HEIGHT - 4)}`,
  );
  return (
    <svg className="sparkline" width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <polyline points={points.join(' ')} />
    </svg>
  );
}
