import type { Engine, Row } from '../engine/engine.ts';

/** Column name -> SQL type. */
export type TableColumns = Readonly<Record<string, string>>;

const CHUNK = 2048;

/** Makes a table of the engine from rows; values arrive as text and are cast, maps as JSON text. */
export async function makeTable(
  engine: Engine,
  name: string,
  columns: TableColumns,
  rows: readonly Row[],
): Promise<void> {
  const { identifier, textMap } = engine.dialect;
  const names = Object.keys(columns);
  const asText = `${name}_text`;
  await engine.load(asText, Object.fromEntries(names.map((column) => [column, 'VARCHAR'])), texts(names, rows));
  const casts = names.map((column) => {
    const type = columns[column] ?? 'VARCHAR';
    const value = type.startsWith('MAP') ? textMap(identifier(column)) : `CAST(${identifier(column)} AS ${type})`;
    return `${value} AS ${identifier(column)}`;
  });
  await engine.run(
    `CREATE OR REPLACE TABLE ${identifier(name)} AS SELECT ${casts.join(', ')} FROM ${identifier(asText)}`,
  );
  await engine.run(`DROP TABLE ${identifier(asText)}`);
}

async function* texts(names: readonly string[], rows: readonly Row[]): AsyncGenerator<Row[]> {
  for (let from = 0; from < rows.length; from += CHUNK) {
    yield rows
      .slice(from, from + CHUNK)
      .map((row) => Object.fromEntries(names.map((name) => [name, row[name] == null ? null : String(row[name])])));
  }
}

/**
 * Deals `slots` numbers to weights, in order: a draw of one slot is a weighted draw.
 * @returns for each weight its half-open range of slots; a tiny weight may get none
 */
export function dealSlots(weights: readonly number[], slots: number): { readonly from: number; readonly to: number }[] {
  const total = weights.reduce((a, b) => a + b, 0);
  let before = 0;
  let from = 0;
  return weights.map((weight) => {
    before += weight;
    const to = Math.round((before / total) * slots);
    const range = { from, to };
    from = to;
    return range;
  });
}
