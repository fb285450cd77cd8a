import { accountSection } from './account-section.ts';
import { billSection, setupSection } from './bill-section.ts';
import { dimensionSection } from './dimension-section.ts';
import { type Found, unreadOf, unreadText } from './found.ts';
import { ruleSection } from './rule-section.ts';
import { groupCallers } from './seen-groups.ts';
import { prose } from './yaml-lines.ts';

/** The text of bursar.yaml that says what was found: it can be read as it stands. Pure. */
export function fileText(found: Found): string {
  const groups = groupCallers(found.accounts);
  const { lines, names } = dimensionSection(found);
  const sections = [
    head(found),
    unreadSection(found),
    billSection(found),
    lines,
    ruleSection(found, groups, names),
    accountSection(found, groups),
    setupSection(found),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function head({ account, day }: Found): string[] {
  return [
    ...prose(`What bursar init found in account ${account} on ${day}.`),
    ...prose(
      'Settings with a # at the beginning of the line are switched off: take the # away to switch one on. FILL-IN is for you. Every setting: docs/reference/bursar.schema.json.',
    ),
  ];
}

/** What could not be read. It is no error: a permission may be missing on purpose. */
function unreadSection(found: Found): string[] {
  const unread = unreadOf(found);
  if (unread.length === 0) return [];
  return [
    ...prose('What could not be read, and what that takes. Run bursar init --print again when it can be.'),
    ...unread.flatMap((one) => [
      ...prose(`- ${unreadText(one)}`),
      ...one.failure.hint.split('\n').flatMap((line) => prose(`  ${line}`)),
    ]),
  ];
}
