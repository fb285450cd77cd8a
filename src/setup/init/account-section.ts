import { FILL_IN } from '../../domain/setup.ts';
import { orElse } from '../read.ts';
import { accessLines } from './access-lines.ts';
import { type Found, isPayer } from './found.ts';
import { identityLines } from './identity-section.ts';
import type { SeenGroup } from './seen-groups.ts';
import { inComment, off, prose } from './yaml-lines.ts';

const MOST_ACCOUNTS = 500;

/** `accounts:`: the payer, who looks after Identity Center, and the accounts that call. */
export function accountSection(found: Found, groups: readonly SeenGroup[]): string[] {
  const looked = found.accounts;
  const others = orElse(found.organization, []).filter(
    ({ id, active }) => active && !looked.some((one) => one.id === id),
  );
  return [
    ...prose(
      'Accounts: bursar plan, apply and doctor reach each with its profile of ~/.aws/config, or with a role that the payer’s credentials may assume. Ids stand in quotes.',
    ),
    'accounts:',
    ...payer(found),
    ...identityLines(found, groups),
    '  members:',
    ...looked.flatMap((account) => member(account, groups)),
    ...others
      .slice(0, MOST_ACCOUNTS)
      .flatMap(({ id, name }) => [
        ...prose(inComment(name) === '' ? 'not looked at yet' : inComment(name), '    '),
        ...off([`    - id: "${id}"`, `      profile: ${FILL_IN}`]),
      ]),
    ...(others.length <= MOST_ACCOUNTS
      ? []
      : prose(`and ${others.length - MOST_ACCOUNTS} more accounts of the organization`, '    ')),
  ];
}

function payer(found: Found): string[] {
  const own = found.accounts.find(({ id }) => id === found.account);
  const pays = isPayer(found);
  if (pays === true) {
    return [
      ...prose('has the bill: cost allocation tags and the export are there', '  '),
      '  payer:',
      `    id: "${found.account}"`,
      ...(own === undefined ? [] : accessLines(own, '    ')),
    ];
  }
  const id = 'value' in found.management ? found.management.value : null;
  const why =
    pays === null
      ? 'Which account pays could not be found out. It has the bill: cost allocation tags and the export are there, and nowhere else.'
      : 'The management account pays: cost allocation tags and the export are there, and nowhere else. Name a profile of it.';
  return [...prose(why, '  '), ...off(['  payer:', `    id: "${id ?? FILL_IN}"`, `    profile: ${FILL_IN}`])];
}

function member(account: Found['accounts'][number], groups: readonly SeenGroup[]): string[] {
  const { id } = account;
  const regions = [...new Set(groups.filter((group) => group.account === id).flatMap((group) => group.regions))].sort();
  return [
    ...(regions.length === 0 ? prose('no calls were seen here', '    ') : []),
    `    - id: "${id}"`,
    ...accessLines(account, '      '),
    ...(regions.length === 0 ? [] : [`      regions: [${regions.join(', ')}]`]),
  ];
}
