import type { CostBasis } from '../../../domain/question.ts';
import type { Sort } from '../../api/table.ts';

/** All that can be chosen on the page; the address holds it, so that a link shows the same and the back button works. */
export interface Address {
  /** `2026-10`, `2026-08..2026-10`; `null` = the newest */
  readonly period: string | null;
  /** usage days, both included */
  readonly from: string | null;
  readonly to: string | null;
  /** `null` = the first of the organisation's own dimensions */
  readonly by: string | null;
  readonly second: string | null;
  /** as bursar report --where takes them */
  readonly where: readonly string[];
  readonly cost: CostBasis;
  /** `before`, `none`, or a billing period */
  readonly compare: string;
  readonly sort: Sort;
  readonly order: 'asc' | 'desc';
  /** of the table, from 1 on */
  readonly page: number;
  readonly columns: 'daily' | 'cumulative';
  /** tax, credits and refunds in the columns */
  readonly adjustments: 'hidden' | 'shown';
}

export const START: Address = {
  period: null,
  from: null,
  to: null,
  by: null,
  second: null,
  where: [],
  cost: 'net',
  compare: 'before',
  sort: 'cost',
  order: 'desc',
  page: 1,
  columns: 'daily',
  adjustments: 'hidden',
};

const SORTS: readonly Sort[] = ['cost', 'name', 'before', 'change', 'changeRatio', 'tokens', 'price', 'cacheHit'];
const COSTS: readonly CostBasis[] = ['net', 'unblended', 'list'];

/** Reads the part of an address behind the question mark; what is not understood is as if it were not there. */
export function readAddress(search: string): Address {
  const given = new URLSearchParams(search);
  const text = (name: string): string | null => given.get(name) || null;
  // As --by says it.
  const [by = '', second = ''] = (text('by') ?? '').split(',');
  const oneOf = <T extends string>(name: string, values: readonly T[], standard: T): T =>
    values.find((value) => value === given.get(name)) ?? standard;
  return {
    period: text('period'),
    from: text('from'),
    to: text('to'),
    by: by || null,
    second: text('second') ?? (second || null),
    where: given.getAll('where').filter((filter) => filter !== ''),
    cost: oneOf('cost', COSTS, START.cost),
    compare: text('compare') ?? START.compare,
    sort: oneOf('sort', SORTS, START.sort),
    order: oneOf('order', ['asc', 'desc'], START.order),
    page: /^[1-9]\d{0,5}$/.test(given.get('page') ?? '') ? Number(given.get('page')) : START.page,
    columns: oneOf('columns', ['daily', 'cumulative'], START.columns),
    adjustments: oneOf('adjustments', ['hidden', 'shown'], START.adjustments),
  };
}

/** The address without what is as at the start; empty, or from the question mark on. */
export function writeAddress(address: Address): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(address)) {
    if (Array.isArray(value)) for (const one of value) written.append(name, one);
    else if (value !== null && value !== START[name as keyof Address]) written.set(name, String(value));
  }
  const text = written.toString();
  return text === '' ? '' : `?${text}`;
}

/** What every card asks with. */
export function scopeParameters(address: Address): [string, string][] {
  const { period, from, to, cost, where } = address;
  return [
    ...(period === null ? [] : [['period', period] as [string, string]]),
    ...(from === null ? [] : [['from', from] as [string, string]]),
    ...(to === null ? [] : [['to', to] as [string, string]]),
    ...where.map((filter): [string, string] => ['where', filter]),
    ['cost', cost],
  ];
}
