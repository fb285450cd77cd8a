import { FILL_IN } from '../../domain/setup.ts';
import { orElse } from '../read.ts';
import { type AccountText, accessLines } from './access-lines.ts';
import { type Found, type FoundCenter, looksAfter } from './found.ts';
import type { SeenGroup } from './seen-groups.ts';
import { inComment, off, prose } from './yaml-lines.ts';

const NEEDED = 'Needed for setup.session-tags.';
const WHO = 'the management account looks after it, or one to which that is delegated';
const MOST_SETS = 50;

/** `accounts.identity`: switched on where the account that was asked looks after Identity Center. */
export function identityLines({ identity }: Found, groups: readonly SeenGroup[]): string[] {
  const center = orElse(identity, null);
  if (center === null) return [...prose(whyNone('failure' in identity, groups), '  '), ...suggested(null, null)];
  const { account, owner, region, permissionSets } = center;
  if (looksAfter(center)) {
    return [...prose(`looks after Identity Center, which is in ${region}. ${NEEDED}`, '  '), ...switchedOn(center)];
  }
  const hint = 'failure' in permissionSets ? permissionSets.failure.hint.split('\n') : [];
  return [
    ...prose(`Identity Center is in ${region}, and account ${account} may not look into it: ${WHO}. ${NEEDED}`, '  '),
    ...hint.flatMap((line) => prose(line, '  ')),
    ...suggested(owner, region),
  ];
}

function switchedOn({ account, profile, role, region }: FoundCenter): string[] {
  const access: AccountText = { id: account, profile, role };
  return ['  identity:', `    id: "${account}"`, ...accessLines(access, '    '), `    region: ${region}`];
}

function suggested(id: string | null, region: string | null): string[] {
  return off([
    '  identity:',
    `    id: "${id ?? FILL_IN}"`,
    `    profile: ${FILL_IN}`,
    `    region: ${region ?? FILL_IN}`,
  ]);
}

function whyNone(unread: boolean, groups: readonly SeenGroup[]): string {
  if (unread) return `Whether there is an Identity Center could not be found out: ${WHO}. ${NEEDED}`;
  const seen = groups.some(({ kind }) => kind === 'identity-center')
    ? 'People called through Identity Center, but this account sees none in the regions that were looked at'
    : 'This account sees no Identity Center in the regions that were looked at';
  return `${seen}. It lives in one region: grep sso_region ~/.aws/config tells it, and ${WHO}. ${NEEDED}`;
}

/** The permission sets that are in no rule of those who called, for the rules that come. */
export function otherPermissionSets({ identity }: Found, called: readonly SeenGroup[]): string[] {
  const center = orElse(identity, null);
  const used = new Set(called.flatMap(({ kind, name }) => (kind === 'identity-center' ? [name] : [])));
  const others = orElse(center?.permissionSets ?? { value: [] }, []).filter((name) => !used.has(name));
  if (others.length === 0) return [];
  const shown = others.slice(0, MOST_SETS).map(inComment).join(', ');
  const more = others.length > MOST_SETS ? ` and ${(others.length - MOST_SETS).toLocaleString('en')} more` : '';
  return prose(
    `Permission sets of Identity Center through which nobody was seen to call: ${shown}${more}. A rule matches one by permission-set.`,
    '  ',
  );
}

/** `setup.session-tags`, with what is passed now. */
export function sessionTagLines({ identity }: Found): string[] {
  const center = orElse(identity, null);
  return [
    ...prose(
      'attributes of Identity Center that are passed as session tags: tag key -> attribute. Needs accounts.identity',
      '  ',
    ),
    ...(center === null || 'failure' in center.attributes ? [] : passed(center.attributes.value)),
    ...off(['  session-tags:', `    team: \${path:enterprise.department}`]),
  ];
}

function passed(attributes: ReadonlyMap<string, readonly string[]> | null): string[] {
  if (attributes === null || attributes.size === 0) return prose('none is passed now', '  ');
  const all = [...attributes].map(([key, sources]) => `${key} from ${sources.join(' or ')}`);
  return prose(`passed now: ${all.join(', ')}`, '  ');
}
