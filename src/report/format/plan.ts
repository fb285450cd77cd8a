import type { Change, ChangeWords } from '../../domain/change.ts';
import type { OperatingError } from '../../domain/errors.ts';
import type { Pending, Plan, PlanNote } from '../../domain/plan.ts';
import { wrap } from './text-table.ts';
import { jsonText, visible } from './visible-text.ts';

/** A plan, and its changes in words: by id. */
export interface ShownPlan {
  readonly plan: Plan;
  readonly words: ReadonlyMap<string, ChangeWords>;
}

export interface PlanTextOptions {
  /** columns of the terminal; `null` = no terminal: nothing is wrapped */
  readonly width: number | null;
  readonly colour: boolean;
  /** how Bursar is called, for commands to copy */
  readonly command: string;
  /** whether what it shows is about to be made */
  readonly applying: boolean;
}

const INDENT = '  ';
const LABEL_WIDTH = 8;
const COLOURS = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

type Paint = (colour: keyof typeof COLOURS, text: string) => string;

interface Pen {
  readonly paint: Paint;
  /** prose behind a first column, wrapped under itself */
  prose(lead: string, text: string): string[];
  readonly command: string;
}

/** What apply would do, for people: each account with its changes, then what somebody else owns, what is waited for, and notes. */
export function planText({ plan, words }: ShownPlan, options: PlanTextOptions): string {
  const pen = penOf(options);
  const { accounts, changes, elsewhere, pending, notes } = plan;
  const lines = [
    pen.paint('bold', visible(title(plan))),
    ...accounts.flatMap(({ id, parts, failures }) => {
      const own = changes.filter(({ account }) => account === id);
      const head = `Account ${id} (${parts.join(', ')})`;
      if (own.length === 0 && failures.length === 0) return ['', `${pen.paint('bold', head)}: nothing to change`];
      return [
        '',
        pen.paint('bold', head),
        ...failures.flatMap((failure) => failureLines(failure, pen)),
        ...groups(own, words).flatMap((group) => groupLines(group, words, pen)),
      ];
    }),
    ...elsewhereLines(elsewhere, words, pen),
    ...pendingLines(pending, pen),
    ...notes.flatMap((note) => ['', ...noteLines(note, pen)]),
    '',
    ...pen.prose('', summary(plan, options)).map((line) => pen.paint('bold', line)),
  ];
  return `${lines.join('\n')}\n`;
}

function penOf({ width, colour, command }: PlanTextOptions): Pen {
  const paint: Paint = (name, text) => (colour ? `\x1b[${COLOURS[name]}m${text}\x1b[0m` : text);
  return {
    paint,
    command,
    prose: (lead, text) => {
      const line = visible(text.replace(/\s*\n\s*/g, ' '));
      const [first = '', ...more] = width === null ? [line] : wrap(line, Math.max(24, width - lead.length));
      return [lead + first, ...more.map((rest) => ' '.repeat(lead.length) + rest.trimStart())];
    },
  };
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function title(plan: Plan): string {
  const { accounts, changes, elsewhere, pending } = plan;
  const failed = failedIn(plan);
  return [
    'Plan',
    plural(accounts.length, 'account'),
    ...(failed === 0 ? [] : [`${failed} not looked at, or not wholly`]),
    ...(changes.length > 0 ? [plural(changes.length, 'change')] : failed === 0 ? ['nothing to change'] : []),
    ...(elsewhere.length === 0 ? [] : [`${elsewhere.length} that somebody else owns`]),
    ...(pending.length === 0 ? [] : [`${pending.length} waiting`]),
  ].join(' · ');
}

function failedIn({ accounts }: Plan): number {
  return accounts.filter(({ failures }) => failures.length > 0).length;
}

function summary(plan: Plan, { command, applying }: PlanTextOptions): string {
  const { accounts, changes, pending } = plan;
  const failed = failedIn(plan);
  const unseen = failed === 0 ? '' : ` ${plural(failed, 'account')} could not be looked at, or not wholly.`;
  if (changes.length > 0) {
    const count = plural(changes.length, 'change');
    const how = `Nothing has been done yet: ${command} apply makes ${changes.length === 1 ? 'it' : 'them'}.`;
    return `${count}.${applying ? '' : ` ${how}`}${unseen}`;
  }
  if (failed > 0 && failed === accounts.length) return unseen.trim();
  if (failed > 0) return `Nothing to change in what could be looked at.${unseen}`;
  return pending.length === 0 ? 'Nothing to change.' : 'Nothing to change now; plan again when what waits has come.';
}

function failureLines({ code, message, hint }: OperatingError, pen: Pen): string[] {
  const [first = '', ...more] = pen.prose(`${INDENT}✗ `, `${code}: ${message}`);
  return [
    first.replace('✗', pen.paint('red', '✗')),
    ...more,
    ...hint.split('\n').flatMap((line) => pen.prose(`${INDENT}${INDENT}`, line)),
  ];
}

/** Changes that follow each other and are alike but for what they touch, such as forty roles: what they mean is said once. */
function groups(changes: readonly Change[], words: ShownPlan['words']): Change[][] {
  const all: Change[][] = [];
  const key = (change: Change): string => {
    const { effect, costs, undo } = wordsFor(change, words);
    return JSON.stringify([change.kind, change.region, effect, costs, undo]);
  };
  for (const change of changes) {
    const group = all.at(-1);
    if (group?.[0] !== undefined && key(group[0]) === key(change)) group.push(change);
    else all.push([change]);
  }
  return all;
}

function groupLines(group: readonly Change[], words: ShownPlan['words'], pen: Pen): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { effect, costs, undo } = wordsFor(first, words);
  const field = (name: string, text: string): string[] =>
    pen.prose(`${INDENT}${INDENT}${name.padEnd(LABEL_WIDTH)}`, text);
  const undoing = undo.possible
    ? field('undo', undo.how)
    : field('undo', `not possible: ${undo.why}`).map((line) => pen.paint('yellow', line));
  return [
    ...group.flatMap((change) => {
      const { mark, colour } = markOf(change);
      const [line = '', ...more] = pen.prose(`${INDENT}${mark} `, wordsFor(change, words).does);
      return [line.replace(mark, pen.paint(colour, mark)), ...more];
    }),
    ...field('effect', effect),
    ...field('region', first.region ?? 'none: AWS has this once for all regions'),
    ...field('costs', costs),
    ...undoing,
  ];
}

function wordsFor({ id }: Change, words: ShownPlan['words']): ChangeWords {
  const found = words.get(id);
  if (found === undefined) throw new Error(`no words for ${id}`);
  return found;
}

/** Something new, something gone, or something otherwise. */
function markOf({ before, after }: Change): { readonly mark: string; readonly colour: keyof typeof COLOURS } {
  const none = (state: Change['before']): boolean => Object.values(state).every((value) => value === null);
  if (none(before)) return { mark: '+', colour: 'green' };
  return none(after) ? { mark: '-', colour: 'red' } : { mark: '~', colour: 'yellow' };
}

function elsewhereLines(elsewhere: readonly Change[], words: ShownPlan['words'], pen: Pen): string[] {
  if (elsewhere.length === 0) return [];
  const owners = Map.groupBy(elsewhere, ({ managedBy }) => `${managedBy?.by}: ${managedBy?.evidence}`);
  const forms = [...new Set(elsewhere.flatMap(({ managedBy }) => managedBy?.by ?? []))];
  return [
    '',
    pen.paint('bold', 'Not applied, as somebody else owns it and would take it back'),
    ...[...owners].flatMap(([owner, changes]) => [
      ...pen.prose(INDENT, owner.replace('cloudformation: ', 'CloudFormation, ').replace('terraform: ', 'Terraform, ')),
      ...changes.flatMap((change) =>
        pen.prose(`${INDENT}${INDENT}· `, `${wordsFor(change, words).does} (account ${change.account})`),
      ),
    ]),
    ...forms.flatMap((form) => pen.prose(INDENT, `For its files: ${pen.command} plan --as ${form}`)),
  ];
}

function pendingLines(pending: readonly Pending[], pen: Pen): string[] {
  if (pending.length === 0) return [];
  return [
    '',
    pen.paint('bold', 'Waiting'),
    ...pending.flatMap(({ account, what, waitsFor, howLong }) =>
      pen.prose(`${INDENT}· `, `${what} (account ${account}) waits until ${waitsFor}; ${howLong}`),
    ),
  ];
}

function noteLines({ level, account, what, remedies }: PlanNote, pen: Pen): string[] {
  const mark = level === 'warn' ? '!' : 'i';
  const [first = '', ...more] = pen.prose(`${mark} `, account === null ? what : `Account ${account}: ${what}`);
  return [
    level === 'warn' ? first.replace(mark, pen.paint('yellow', mark)) : first,
    ...more,
    ...remedies.flatMap((remedy) => [
      ...pen.prose(
        INDENT,
        `To do${remedy.where === null || remedy.where === 'shell' ? '' : ` in ${remedy.where}`}: ${remedy.what}`,
      ),
      ...remedy.paste.map((line) => `${INDENT}${INDENT}${visible(line)}`),
    ]),
  ];
}

/** The same for programs: one change a line, with its words. */
export function planJson({ plan, words }: ShownPlan): string {
  const withWords = (change: Change) => ({ ...change, words: wordsFor(change, words) });
  const lists = {
    accounts: plan.accounts.map((account) => ({
      ...account,
      failures: account.failures.map(({ code, message, hint }) => ({ code, message, hint })),
    })),
    changes: plan.changes.map(withWords),
    elsewhere: plan.elsewhere.map(withWords),
    pending: plan.pending,
    notes: plan.notes,
  };
  const fields = Object.entries(lists).map(
    ([name, list]) => `"${name}":[${list.length === 0 ? '' : `\n${list.map((one) => jsonText(one)).join(',\n')}\n`}]`,
  );
  return `{${fields.join(',\n')}}\n`;
}
