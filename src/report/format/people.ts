import { formatMoney, type Money } from '../../domain/money.ts';
import { CHANGES, type ChangeKind, type ImportReport, type SessionChange } from '../../domain/people.ts';
import { coverageText, number, plural } from './people-coverage.ts';
import { wrap } from './text-table.ts';
import { jsonText, visible } from './visible-text.ts';

interface PeopleTextOptions {
  /** columns of the terminal; `null` = no terminal: nothing is wrapped */
  readonly width: number | null;
  readonly colour: boolean;
}

/** So many are named one by one; JSON has all. */
const CHANGES_SHOWN = 10;
const GROUPS_SHOWN = 10;

const VERBS: Readonly<Record<ChangeKind, string>> = {
  added: 'added',
  returned: 'back again',
  moved: 'moved',
  left: 'left',
};

/** What an import does, for people: the source, the plan, the dollars that the file covers. */
export function importText(report: ImportReport, { width, colour }: PeopleTextOptions): string {
  const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[22m` : text);
  const prose = (text: string): string[] => (width === null ? [visible(text)] : wrap(visible(text), width));
  const lines = [
    ...prose(sourceText(report)).map(bold),
    ...CHANGES.flatMap((kind) => changesText(report, kind).flatMap(prose)),
    ...restText(report).flatMap(prose),
    ...groupsText(report).flatMap(prose),
    ...report.notes.flatMap((note) => prose(`Note: ${note}`)),
    ...prose(outcomeText(report)).map(bold),
    ...(report.coverage === null ? [] : coverageText(report.coverage, bold)),
  ];
  return `${lines.join('\n')}\n`;
}

function sourceText({ source, day }: ImportReport): string {
  const { place, people, left, without } = source;
  const gone = left === 0 ? '' : `, ${number(left)} of them ${left === 1 ? 'has' : 'have'} left`;
  const missing = [...without]
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${number(count)} without ${name}`);
  return `${place}: ${plural(people, 'person', 'people')}${gone}${missing.map((text) => `, ${text}`).join('')} · as of ${day}`;
}

function changesText({ plan }: ImportReport, kind: ChangeKind): string[] {
  const own = plan.changes.filter((change) => change.kind === kind);
  if (own.length === 0) return [];
  const more = own.length - CHANGES_SHOWN;
  return [
    `${plural(own.length, 'session', 'sessions')} ${VERBS[kind]}`,
    ...own.slice(0, CHANGES_SHOWN).map((change) => `  ${changeText(change)}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}

function changeText({ kind, session, person, before, after }: SessionChange): string {
  const name = person.toLowerCase() === session.toLowerCase() ? session : `${session} (${person})`;
  const said = (values: ReadonlyMap<string, string>): string =>
    [...values].map(([key, value]) => `${key} ${value}`).join(', ');
  if (kind === 'left') return name;
  if (kind !== 'moved') return after.size === 0 ? name : `${name}: ${said(after)}`;
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
  if (keys.length === 0) return name;
  return `${name}: ${keys.map((key) => `${key} ${before.get(key) ?? '(none)'} → ${after.get(key) ?? '(none)'}`).join(', ')}`;
}

function restText({ plan: { unchanged, byHand, others } }: ImportReport): string[] {
  return [
    ...(unchanged === 0 ? [] : [`${plural(unchanged, 'session', 'sessions')} unchanged`]),
    ...(byHand === 0 ? [] : [`${plural(byHand, 'session', 'sessions')} written by hand and left as they are`]),
    ...[...others].map(
      ([name, count]) => `${plural(count, 'session', 'sessions')} that ${name} looks after, left as they are`,
    ),
  ];
}

function groupsText({ unmapped }: ImportReport): string[] {
  if (unmapped === null || unmapped.length === 0) return [];
  const dearest = unmapped.toSorted((a, b) => (b.members ?? 0) - (a.members ?? 0));
  const shown = dearest
    .slice(0, GROUPS_SHOWN)
    .map(({ name, members }) => (members === null ? name : `${name} (${number(members)})`));
  const more = unmapped.length - shown.length;
  return [
    `${plural(unmapped.length, 'group', 'groups')} that no pattern names: ${shown.join(', ')}${more > 0 ? ` and ${number(more)} more` : ''}`,
  ];
}

function outcomeText({ outcome, file }: ImportReport): string {
  switch (outcome) {
    case 'written':
      return `Wrote ${file}`;
    case 'made':
      return `Made ${file}: the rows of people have no first day, so that earlier months are covered too`;
    case 'unchanged':
      return `${file} says all of it already`;
    case 'dry-run':
      return `Nothing was written: without --dry-run this goes into ${file}`;
  }
}

/** The same for programs: every change; amounts of money are strings with all 10 digits. */
export function importJson(report: ImportReport): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Map) return Object.fromEntries(value);
    return typeof value === 'bigint' ? formatMoney(value as Money) : value;
  };
  return `${jsonText(JSON.parse(JSON.stringify(report, plain)))}\n`;
}
