import { narrow, textColumn, textTable, wrap } from '../../report/format/text-table.ts';
import { visible } from '../../report/format/visible-text.ts';
import { goodExport } from '../../setup/init/bill-section.ts';
import { isPayer, unreadOf, unreadText } from '../../setup/init/found.ts';
import { dayOf } from '../../setup/init/rule-section.ts';
import { groupCallers, type SeenGroup } from '../../setup/init/seen-groups.ts';
import type { MadeFile } from './make-file.ts';

interface SummaryOptions {
  /** columns of the terminal; `null` = no terminal: nothing is cut or wrapped */
  readonly width: number | null;
  readonly colour: boolean;
}

const SHOWN = 20;
const LEAST = 16;

/** What was found, for people: who called, what to fill in, and the next command. */
export function initSummary(made: MadeFile, { width, colour }: SummaryOptions): string {
  const { found, path } = made;
  const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[0m` : text);
  const prose = (text: string): string[] => (width === null ? [text] : wrap(text, width));
  const groups = groupCallers(found.accounts).filter(({ calls }) => calls > 0);
  const accounts = found.accounts.map(({ id }) => id);
  const notes = notesOf(made);
  return `${[
    bold(`Who called Bedrock · account ${named(accounts)} · last ${found.days} days`),
    '',
    ...(groups.length === 0 ? prose(NOBODY) : callerTable(groups.slice(0, SHOWN), accounts.length > 1, width)),
    ...(groups.length > SHOWN ? [`and ${groups.length - SHOWN} more`] : []),
    ...(notes.length === 0 ? [] : ['', ...notes.flatMap((note) => prose(`! ${visible(note)}`))]),
    '',
    ...(path === null ? [] : prose(`Written: ${visible(path)}. Read it once: every setting says what it does.`)),
    bold('Next'),
    ...nextSteps(made, groups).flatMap((step, index) => prose(`  ${index + 1}. ${step}`)),
  ].join('\n')}\n`;
}

function named([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length.toLocaleString('en')} more`;
}

const NOBODY =
  'Nobody was seen. CloudTrail tells of InvokeModel and Converse in the regions that were looked at; not of bedrock-mantle, agents and batch jobs. Other accounts of the organization have histories of their own: --member-role looks there.';

function callerTable(groups: readonly SeenGroup[], withAccount: boolean, width: number | null): string[] {
  const column = (head: string, align: 'left' | 'right', cells: readonly string[]) =>
    textColumn({ head, align, cells, foot: '' });
  const columns = [
    column('Caller', 'left', groups.map(nameOf)),
    ...(withAccount
      ? [
          column(
            'Account',
            'left',
            groups.map(({ account }) => account),
          ),
        ]
      : []),
    column(
      'Calls',
      'right',
      groups.map(({ calls }) => calls.toLocaleString('en')),
    ),
    column(
      'Last',
      'left',
      groups.map(({ last }) => dayOf(last)),
    ),
    column(
      'Regions',
      'left',
      groups.map(({ regions }) => regions.join(' ')),
    ),
    column('Sessions', 'left', groups.map(sessionsOf)),
  ];
  const { head, rule, rows } = textTable(width === null ? columns : narrow(columns, width, LEAST));
  return [head, rule, ...rows];
}

const KINDS: Partial<Record<SeenGroup['kind'], string>> = {
  'assumed-role': 'role',
  'iam-role': 'role',
  agentcore: 'role',
  'iam-user': 'user',
  'api-key': 'API key',
  'identity-center': 'permission set',
  'federated-user': 'federated user',
};

function nameOf({ kind, name }: SeenGroup): string {
  const word = KINDS[kind];
  return visible(word === undefined ? name : `${word} ${name}`);
}

function sessionsOf({ sessions }: SeenGroup): string {
  if (sessions.length === 0) return '';
  const names = sessions.slice(0, 2).map(({ name }) => visible(name));
  const more = sessions.length - names.length;
  return names.join(', ') + (more === 0 ? '' : ` and ${more.toLocaleString('en')} more`);
}

function notesOf({ found, closed }: MadeFile): string[] {
  const regions = found.accounts.flatMap(({ id, seen }) => seen.map((one) => ({ ...one, id })));
  const partial = regions.filter(({ complete, failure }) => !complete && failure === null);
  const unread = [...closed.map(({ message }) => message), ...unreadOf(found).map(unreadText)];
  return [
    ...partial.map(
      ({ region, id, events }) =>
        `${region} of account ${id} has more calls than were read: ${events.toLocaleString('en')} from the whole time were looked at, so counts are too low and who calls seldom may be missing. --pages reads more.`,
    ),
    ...unread,
    ...(unread.length === 0 ? [] : ['The file says at its top what permission each of these takes.']),
  ];
}

function nextSteps({ found, path }: MadeFile, groups: readonly SeenGroup[]): string[] {
  const good = goodExport(found);
  return [
    ...(path === null ? ['Write it: bursar init without --print.'] : []),
    ...(groups.length === 0 ? [] : ['Fill in to whom the callers belong (rules in the file), and take the # away.']),
    ...(isPayer(found) === true
      ? []
      : ['Name a profile of the account that pays (accounts.payer), for tags and export.']),
    'bursar plan shows what would change in the accounts; bursar apply does it after asking.',
    ...(good === null ? [] : ['bursar report shows who spent what: the export names who called.']),
  ];
}
