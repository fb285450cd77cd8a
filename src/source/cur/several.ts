import { createHash } from 'node:crypto';
import { OperatingError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { Period } from '../../domain/period.ts';
import { moneyOf } from '../../engine/cells.ts';
import type { Engine } from '../../engine/engine.ts';
import { PRINCIPAL } from './columns.ts';
import type { CurExport, Delivery, DeliveryOutcome, ExportShare, RawLines } from './export.ts';
import { costType, lineColumns } from './normalize.ts';

/**
 * Several exports as one: those of several payers, or an old and a new one of the same payer. Each payer's lines of a month
 * come from one export alone, so that no dollar counts twice.
 * @throws OperatingError OPTION_INVALID when one is named twice
 */
export function combineExports(exports: readonly CurExport[]): CurExport {
  const [only, ...others] = exports;
  if (only !== undefined && others.length === 0) return only;
  const places = exports.map(({ place }) => place);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    throw new OperatingError('OPTION_INVALID', `the export ${twice} is named twice`, {
      hint: 'Name each export once.',
    });
  }
  return new SeveralExports(exports);
}

/** What the exports delivered for one period. */
interface CombinedDelivery extends Delivery {
  readonly parts: readonly Part[];
}

interface Part {
  readonly source: CurExport;
  readonly delivery: Delivery;
}

class SeveralExports implements CurExport {
  readonly place: string;
  readonly #exports: readonly CurExport[];

  constructor(exports: readonly CurExport[]) {
    this.place = exports.map(({ place }) => place).join(' + ');
    this.#exports = exports;
  }

  /** A period that one of the exports cannot tell is not told at all: nobody knows which payers would be missing. */
  async deliveries(): Promise<DeliveryOutcome[]> {
    const found = new Map<Period, { parts: Part[]; error: OperatingError | null }>();
    for (const source of this.#exports) {
      for (const outcome of await source.deliveries()) {
        const period = outcome.kind === 'failed' ? outcome.period : outcome.delivery.period;
        const known = found.get(period) ?? { parts: [], error: null };
        if (outcome.kind === 'failed') known.error ??= outcome.error;
        else known.parts.push({ source, delivery: outcome.delivery });
        found.set(period, known);
      }
    }
    return [...found]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([period, { parts, error }]) =>
        error === null ? { kind: 'delivery', delivery: combined(period, parts) } : { kind: 'failed', period, error },
      );
  }

  async open(engine: Engine, delivery: CombinedDelivery): Promise<RawLines> {
    const opened: Opened[] = [];
    for (const { source, delivery: own } of delivery.parts) {
      const raw = await source.open(engine, own);
      const payers = await source.reading(engine, own, () => readPayers(engine, raw));
      opened.push({ place: source.place, raw, payers });
    }
    const [only] = opened;
    if (only !== undefined && opened.length === 1) return { ...only.raw, shares: [share(only, opened)] };
    return union(engine, opened);
  }

  async checkUnchanged({ parts }: CombinedDelivery): Promise<void> {
    for (const { source, delivery } of parts) await source.checkUnchanged(delivery);
  }

  reading<T>(engine: Engine, { parts }: CombinedDelivery, action: () => Promise<T>): Promise<T> {
    const nested = parts.reduce<() => Promise<T>>(
      (inner, { source, delivery }) =>
        () =>
          source.reading(engine, delivery, inner),
      action,
    );
    return nested();
  }
}

function combined(period: Period, parts: readonly Part[]): CombinedDelivery {
  const hash = createHash('sha256');
  for (const { source, delivery } of parts) hash.update(`${source.place}\0${delivery.fingerprint}\0`);
  const lists = parts.map(({ delivery }) => delivery.listedBy);
  return {
    period,
    files: parts.flatMap(({ delivery }) => delivery.files),
    listedBy: lists.includes(null) ? null : lists.join(' + '),
    fingerprint: hash.digest('hex'),
    parts,
  };
}

/** What an export holds of a payer in the period. */
interface PayerLines {
  readonly payer: string;
  readonly lines: number;
  readonly identified: number;
  readonly unblended: Money;
}

interface Opened {
  readonly place: string;
  readonly raw: RawLines;
  readonly payers: readonly PayerLines[];
}

async function readPayers(engine: Engine, raw: RawLines): Promise<PayerLines[]> {
  const { dialect } = engine;
  const { payer, principal, unblended } = lineColumns(raw, dialect);
  const rows = await engine.rows(
    `SELECT ${payer} AS payer, count(*) AS lines, count(*) FILTER (WHERE ${principal} <> '') AS identified,
       ${dialect.sumAddends(dialect.toAddend(unblended, costType(raw, 'unblended')))} AS unblended
     FROM ${raw.relation} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({
    payer: String(row.payer),
    lines: Number(row.lines),
    identified: Number(row.identified),
    unblended: moneyOf(row, 'unblended'),
  }));
}

/** The export whose lines count for a payer: the one that names principals; of equals the one that is listed first. */
function winner(payer: string, opened: readonly Opened[]): Opened | undefined {
  const identified = (one: Opened): number => one.payers.find((own) => own.payer === payer)?.identified ?? -1;
  const having = opened.filter(({ payers }) => payers.some((own) => own.payer === payer));
  return having.find((one) => identified(one) > 0) ?? having.find(({ raw }) => raw.types.has(PRINCIPAL)) ?? having[0];
}

function share(one: Opened, all: readonly Opened[]): ExportShare {
  return {
    place: one.place,
    payers: one.payers.map(({ payer, lines, identified, unblended }) => ({
      payer,
      lines,
      identified,
      unblended,
      counts: winner(payer, all) === one,
    })),
  };
}

function union(engine: Engine, opened: readonly Opened[]): RawLines {
  const shares = opened.map((one) => share(one, opened));
  const counting = opened.flatMap((one, index) => {
    const payers = (shares[index]?.payers ?? []).filter(({ counts }) => counts).map(({ payer }) => payer);
    return payers.length === 0 ? [] : [{ raw: one.raw, payers }];
  });
  const types = commonTypes(counting.map(({ raw }) => raw.types));
  const select = ({ raw, payers }: (typeof counting)[number], relation: string, place: string): string => {
    const columns = [...types].map(
      ([column, type]) => `${asCommon(engine, raw, column, type)} AS ${engine.dialect.identifier(column)}`,
    );
    const { payer } = lineColumns(raw, engine.dialect);
    const list = payers.map(engine.dialect.text).join(', ');
    return `SELECT ${[...columns, ...(place === '' ? [] : [`${place} AS line_place`])].join(', ')} FROM ${relation} AS one WHERE ${payer} IN (${list})`;
  };
  const all = (parts: readonly string[]): string => `(${parts.join(' UNION ALL ')})`;
  const files = opened.map(({ raw }) => raw.withPrincipals);
  return {
    relation: all(counting.map((one) => select(one, one.raw.relation, ''))),
    types,
    withPrincipals: {
      files: files.reduce((sum, one) => sum + one.files, 0),
      of: files.reduce((sum, one) => sum + one.of, 0),
    },
    placed: {
      relation: all(counting.map((one) => select(one, one.raw.placed.relation, one.raw.placed.place))),
      place: 'line_place',
    },
    shares,
  };
}

/** Every column that one of them has. Where they differ in type, text holds both without loss, and times become one type. */
function commonTypes(all: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const names = new Set(all.flatMap((types) => [...types.keys()]));
  return new Map(
    [...names].map((name) => {
      const own = new Set(all.flatMap((types) => types.get(name) ?? []));
      const [only = 'VARCHAR', ...others] = own;
      if (others.length === 0) return [name, only];
      if ([...own].some((type) => type.startsWith('MAP'))) return [name, MAP];
      return [name, [...own].every((type) => /^(TIMESTAMP|DATE)/.test(type)) ? 'TIMESTAMP' : 'VARCHAR'];
    }),
  );
}

const MAP = 'MAP(VARCHAR, VARCHAR)';

function asCommon({ dialect }: Engine, { types }: RawLines, column: string, type: string): string {
  const own = types.get(column);
  const name = dialect.identifier(column);
  if (own === undefined) return `CAST(NULL AS ${type})`;
  if (own === type) return name;
  if (type === MAP) return own.startsWith('MAP') ? name : dialect.textMap(name);
  return type === 'TIMESTAMP' ? dialect.toTimestamp(name, own) : `CAST(${name} AS VARCHAR)`;
}
