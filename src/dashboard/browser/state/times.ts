import { type Day, daysAfter } from '../../../domain/period.ts';
import type { StatusBody } from '../../api/status.ts';
import { dayRange, longTime, monthRange, shortTime } from '../format.ts';
import type { Address } from './address.ts';
import { afresh } from './levels.ts';

/** A time, or another to compare with, that can be chosen by its name. */
interface TimeOption {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
}

export interface TimeGroup {
  readonly label: string;
  readonly options: readonly TimeOption[];
}

/** Chosen to open the calendar. */
export const OTHER_DAYS = 'other-days';

/** Days as the choice of times and the address of a comparison write them: `2026-09-01..2026-09-14`. */
const DAYS = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/;

type Held = Extract<StatusBody['periods'][number], { kind: 'held' }>;

/** Billing periods with Bedrock lines, the newest first; of a ledger without any, all that there are. */
export function heldPeriods({ periods }: Pick<StatusBody, 'periods'>): Held[] {
  const held = periods.filter((period): period is Held => period.kind === 'held').toReversed();
  const used = held.filter(({ firstDay }) => firstDay !== null);
  return used.length === 0 ? held : used;
}

/** From the first day with usage to the last; `null` = there is none. */
export function daysHeld(status: Pick<StatusBody, 'periods'>): { readonly first: Day; readonly last: Day } | null {
  const held = heldPeriods(status);
  const [first, last] = [held.at(-1)?.firstDay ?? null, held[0]?.lastDay ?? null];
  return first === null || last === null ? null : { first: first as Day, last: last as Day };
}

/** The days that are shown; `null` = none are known. */
export function daysShown(
  status: Pick<StatusBody, 'periods'>,
  { period, from, to }: Address,
): { readonly from: string; readonly to: string } | null {
  const held = heldPeriods(status);
  const [first = held[0]?.period ?? '', last = first] = (period ?? '').split('..').filter(Boolean);
  const end = held.find((each) => each.period === last)?.lastDay ?? daysHeld(status)?.last;
  if (end === undefined || first === '') return null;
  return { from: from ?? `${first}-01`, to: to ?? end };
}

/** The first and last day of `2026-09-01..2026-09-14`; `null` of anything else. */
export function readDays(text: string): { readonly from: Day; readonly to: Day } | null {
  const [, from, to] = DAYS.exec(text) ?? [];
  return from === undefined || to === undefined ? null : { from: from as Day, to: to as Day };
}

/** Months, spans of them, and the last days. */
export function timesOf(status: StatusBody, address: Address): TimeGroup[] {
  const held = heldPeriods(status);
  const groups = [
    { label: 'Billing periods', options: held.map(monthOption) },
    { label: 'Ranges', options: [...monthSpans(held), ...lastDays(status)] },
    { label: 'Days (UTC)', options: [{ value: OTHER_DAYS, label: 'Choose days …' }] },
  ];
  return withChosen(groups, timeValue(address, held[0]?.period ?? null), timeName);
}

/** `1–14 Sep 2026`, `Aug – Oct 2026`; also of what an address says and no choice makes: days without an end. */
function timeName(value: string): string {
  const days = readDays(value);
  if (days !== null) return dayRange(days.from, daysAfter(days.to, 1));
  const [from = '', to = ''] = value.split('..');
  if (value.includes('..') && to === '') return `from ${shortTime(from)} on`;
  if (value.includes('..') && from === '') return `until ${shortTime(to)}`;
  return monthRange(value);
}

/** The value of the option that is chosen. @param newest billing period, which needs no name */
export function timeValue({ period, from, to }: Address, newest: string | null): string {
  if (from === null && to === null) return period === newest ? '' : (period ?? '');
  return `${from ?? ''}..${to ?? ''}`;
}

/** The address that an option leads to. */
export function chooseTime(address: Address, value: string): Address {
  const days = readDays(value);
  const none = { from: null, to: null, period: null };
  return afresh({ ...address, ...none, ...(days ?? (value === '' ? {} : { period: value })) });
}

function monthOption({ period, state }: Held, index: number): TimeOption {
  const name = index === 0 ? 'the newest, ' : index === 1 ? 'the one before, ' : '';
  return { value: index === 0 ? '' : period, label: longTime(period), description: `${name}${state}` };
}

function monthSpans(held: readonly Held[]): TimeOption[] {
  return [3, 6, 12]
    .filter((count) => held.length >= count)
    .map((count) => {
      const value = `${held[count - 1]?.period}..${held[0]?.period}`;
      return { value, label: `Last ${count} months`, description: monthRange(value) };
    });
}

function lastDays(status: StatusBody): TimeOption[] {
  const held = daysHeld(status);
  if (held === null) return [];
  return [7, 30].flatMap((count) => {
    const from = daysAfter(held.last, 1 - count);
    if (from < held.first) return [];
    return {
      value: `${from}..${held.last}`,
      label: `Last ${count} days`,
      description: dayRange(from, daysAfter(held.last, 1)),
    };
  });
}

/** What can be compared with: the time before, as many months elsewhere, other days, or nothing. */
export function comparisonsOf(status: StatusBody, address: Address): TimeGroup[] {
  const held = heldPeriods(status);
  const [first = '', last = first] = (address.period ?? '').split('..');
  const months = Math.max(
    held.findIndex(({ period }) => period === first) - held.findIndex(({ period }) => period === last),
    0,
  );
  const spans = held.flatMap(({ period }, index) => {
    const from = held[index + months]?.period;
    if (from === undefined || period === (address.period === null ? held[0]?.period : last)) return [];
    const value = months === 0 ? period : `${from}..${period}`;
    return { value, label: `vs ${monthRange(value)}` };
  });
  const groups = [
    {
      label: 'Relative',
      options: [
        {
          value: 'before',
          label: 'vs the time before',
          description: 'of an open month its same days',
        },
        { value: 'none', label: 'compared with nothing' },
      ],
    },
    ...(spans.length === 0 ? [] : [{ label: 'Billing periods', options: spans }]),
    { label: 'Days (UTC)', options: [{ value: OTHER_DAYS, label: 'Choose days …' }] },
  ];
  return withChosen(groups, address.compare, (value) => `vs ${timeName(value)}`);
}

/** What an address says and no option does is an option of its own. */
function withChosen(groups: readonly TimeGroup[], chosen: string, name: (value: string) => string): TimeGroup[] {
  if (groups.some(({ options }) => options.some(({ value }) => value === chosen))) return [...groups];
  return [{ label: 'Chosen', options: [{ value: chosen, label: name(chosen) }] }, ...groups];
}
