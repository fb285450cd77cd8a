import type { AccessAttributes } from '../../aws/read/access-attributes.ts';
import type { IdentityCenter } from '../../aws/read/identity-store.ts';
import { attributeStates } from '../../change/kind/pass-session-tags.ts';
import type { Change } from '../../domain/change.ts';
import { closestOf } from '../../domain/dimension.ts';
import { EMPTY_PART, type PlanNote, type PlanPart } from '../../domain/plan.ts';
import { PRINCIPAL_TAG_PREFIX, type SetupWish } from '../../domain/setup.ts';

/** The most attributes that an instance passes. Source: AccessControlAttributeList in the model of sso-admin */
const MOST = 50;

/** Attributes whose values tell people apart. */
const OF_ONE_PERSON =
  /\b(userName|emails|displayName|nickName|employeeNumber|phoneNumbers|familyName|givenName|externalId)\b|user:(email|name|subject)/;

/**
 * The attributes that Identity Center is to pass.
 * @param there as they are; `null` = switched off
 */
export function planSessionTags(
  { sessionTags, dimensions }: SetupWish,
  account: string,
  center: Pick<IdentityCenter, 'arn' | 'region'>,
  there: AccessAttributes | null,
): PlanPart {
  const notes: PlanNote[] = [];
  const warn = (what: string): void => void notes.push({ level: 'warn', account, what, remedies: [] });
  const read = new Set(Object.values(dimensions).flatMap(({ tagKeys }) => tagKeys));
  const wanted = new Map<string, readonly string[]>();
  for (const [key, source] of sessionTags) {
    if (!read.has(PRINCIPAL_TAG_PREFIX + key)) notes.push(unread(account, key, read));
    if (OF_ONE_PERSON.test(source)) {
      warn(
        `The session tag ${key} = ${source} has another value for each person: everybody who sees the bill reads them. Reports tell people apart without it.`,
      );
    }
    const there_ = there?.get(key);
    if (there_?.length === 1 && there_[0] === source) continue;
    const twin = [...(there?.keys() ?? [])].find((one) => one !== key && one.toLowerCase() === key.toLowerCase());
    if (twin === undefined) wanted.set(key, [source]);
    else {
      warn(
        `Identity Center passes ${twin} already, which AWS takes for ${key}: write setup.session-tags with ${twin}, and let the dimension read ${PRINCIPAL_TAG_PREFIX}${twin}.`,
      );
    }
  }
  const total = new Set([...(there?.keys() ?? []), ...wanted.keys()]).size;
  if (total > MOST) {
    warn(`Identity Center would pass ${total} attributes, and AWS takes ${MOST} at most: nothing is changed.`);
    wanted.clear();
  }
  if (wanted.size === 0) return { ...EMPTY_PART, notes };
  const change: Change = {
    id: `pass-session-tags/${account}`,
    kind: 'pass-session-tags',
    account,
    region: center.region,
    resource: center.arn,
    ...attributeStates(wanted, there),
    dependsOn: [],
    managedBy: null,
  };
  return { ...EMPTY_PART, changes: [change], notes };
}

function unread(account: string, key: string, read: ReadonlySet<string>): PlanNote {
  const tag = PRINCIPAL_TAG_PREFIX + key;
  const near = [...read].filter((one) => one.startsWith(PRINCIPAL_TAG_PREFIX));
  const nearest = near.length === 0 ? '' : ` The nearest that one reads is ${closestOf(tag, near)}.`;
  return {
    level: 'warn',
    account,
    what: `No dimension of bursar.yaml reads ${tag}, so the session tag ${key} is in no report, and is not activated.${nearest}`,
    remedies: [{ what: 'Let a dimension read it.', where: 'bursar.yaml', paste: ['dimensions:', `  NAME: ${tag}`] }],
  };
}
