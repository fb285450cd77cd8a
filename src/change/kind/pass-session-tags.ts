import { type AccessAttributes, readAccessAttributes } from '../../aws/read/access-attributes.ts';
import {
  attributeConfiguration,
  switchAccessAttributesOff,
  writeAccessAttributes,
} from '../../aws/write/access-attributes.ts';
import type { Change, ChangeWords, Json, State } from '../../domain/change.ts';
import { OperatingError } from '../../domain/errors.ts';
import { block, resource as hclResource } from '../hcl.ts';
import type { CliCommand, Kind, StackResource } from '../kind.ts';

/** A part is an attribute, `attribute:team` -> where its value is from. */
const PART = 'attribute:';
/** Whether attributes are passed at all: `null` = they are off. Only there where they were off. */
const SWITCH = 'on';
/** Attributes of others, as the plan saw them. Never written nor compared: scripts and templates have to name the whole list. */
const OTHERS = 'others';

/** Before and after. @param there as they are; `null` = off */
export function attributeStates(
  wanted: AccessAttributes,
  there: AccessAttributes | null,
): Pick<Change, 'before' | 'after'> {
  const others = [...(there ?? [])].filter(([key]) => !wanted.has(key));
  const rest: State = others.length === 0 ? {} : { [OTHERS]: Object.fromEntries(others) };
  const off = there === null;
  const parts = (source: (key: string) => Json): State =>
    Object.fromEntries([...wanted.keys()].map((key) => [PART + key, source(key)]));
  return {
    before: { ...parts((key) => there?.get(key) ?? null), ...(off ? { [SWITCH]: null } : {}), ...rest },
    after: { ...parts((key) => wanted.get(key) ?? null), ...(off ? { [SWITCH]: true } : {}), ...rest },
  };
}

/** Attributes of people that Identity Center passes as session tags. The resource is the ARN of its instance. */
export const passSessionTagsKind: Kind = {
  words,
  read: async (session, change, signal) => {
    const there = await readAccessAttributes(session, centerOf(change), signal);
    const now = (part: string): Json => {
      if (part === OTHERS) return change.after[OTHERS] ?? null;
      return part === SWITCH ? (there === null ? null : true) : (there?.get(keyOf(part)) ?? null);
    };
    return Object.fromEntries(Object.keys(change.after).map((part) => [part, now(part)]));
  },
  write: async (session, change, parts, signal) => {
    const center = centerOf(change);
    const there = await readAccessAttributes(session, center, signal);
    const list = new Map(there);
    for (const [part, source] of Object.entries(parts)) {
      if (!part.startsWith(PART)) continue;
      if (source === null) list.delete(keyOf(part));
      else list.set(keyOf(part), source as readonly string[]);
    }
    const off = parts[SWITCH] === null;
    if (off && list.size === 0) {
      if (there !== null) await switchAccessAttributesOff(session, center, signal);
      return;
    }
    await writeAccessAttributes(session, center, list, there !== null, signal);
    if (off)
      throw new OperatingError('ATTRIBUTES_IN_USE', `Identity Center still passes ${[...list.keys()].join(', ')}`);
  },
  cli: (change) => {
    const verb = wasOff(change) ? 'create' : 'update';
    const name = 'instance-access-control-attribute-configuration';
    const whole = JSON.stringify(attributeConfiguration(wholeList(change)));
    const { arn, region } = centerOf(change);
    const command: CliCommand = ['sso-admin', `${verb}-${name}`, '--region', region, '--instance-arn', arn];
    return [[...command, `--${name}`, whole]];
  },
  cliThere: (change) => {
    // The whole list may be written twice, but made once.
    if (!wasOff(change)) return null;
    const { arn, region } = centerOf(change);
    const list = 'InstanceAccessControlAttributeConfiguration.AccessControlAttributes';
    const finds = [...wholeList(change)].map(
      ([key, [source]]) => `${list}[?Key=='${key}' && Value.Source[0]=='${source}'].Key`,
    );
    const describe = 'describe-instance-access-control-attribute-configuration';
    return ['sso-admin', describe, '--region', region, '--instance-arn', arn, '--query', finds.join(' && ')];
  },
  terraform,
  cloudformation: stack,
};

function words(change: Change): ChangeWords {
  const entries = Object.entries(change.after).filter(([part]) => part.startsWith(PART));
  const was = (part: string): string => (change.before[part] === null ? '' : ` (was ${change.before[part]})`);
  const given = entries.flatMap(([part, source]) =>
    source === null ? [] : [`${keyOf(part)} = ${source}${was(part)}`],
  );
  const gone = entries.flatMap(([part, source]) => (source === null ? [keyOf(part)] : []));
  const does = [
    ...(given.length === 0 ? [] : [`let Identity Center pass ${given.join(', ')} as session tags`]),
    ...(gone.length === 0 ? [] : [`let Identity Center no longer pass ${gone.join(', ')}`]),
  ];
  return {
    does: does.join('; '),
    effect: given.length === 0 ? GONE : PASSED,
    costs: 'nothing',
    undo: { possible: true, how: 'Identity Center passes what it did before, from the next sign-in on' },
  };
}

const GONE = 'People no longer carry these tags from their next sign-in on.';
const PASSED =
  'People carry these tags from their next sign-in on, in every account; the roles of Identity Center allow it (sts:TagSession) already. ' +
  'Policies see them as aws:PrincipalTag. They should reach the bill as iamPrincipal/…, but nobody has shown it for Identity Center yet.';

function keyOf(part: string): string {
  return part.slice(PART.length);
}

function centerOf({ resource, region }: Change): { readonly arn: string; readonly region: string } {
  if (region === null) throw new Error('Identity Center has a region');
  return { arn: resource, region };
}

function wasOff({ before }: Change): boolean {
  return before[SWITCH] === null;
}

function wholeList({ after }: Change): AccessAttributes {
  const own = Object.entries(after).flatMap(([part, source]) =>
    part.startsWith(PART) && source !== null ? [[keyOf(part), source as readonly string[]] as const] : [],
  );
  const others = Object.entries((after[OTHERS] ?? {}) as Readonly<Record<string, readonly string[]>>);
  return new Map([...others, ...own]);
}

/** Where there is a list already, Terraform has to take it over first. Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ssoadmin_instance_access_control_attributes */
function terraform(change: Change): string {
  const [type, name] = ['aws_ssoadmin_instance_access_control_attributes', 'bursar'];
  const { arn, region } = centerOf(change);
  const attributes = [...wholeList(change)].map(([key, source]) =>
    block('attribute', ['key', key], block('value', ['source', source])),
  );
  const list = hclResource(type, name, ['instance_arn', arn], ['region', region], ...attributes);
  if (wasOff(change)) return list;
  return `import {\n  to = ${type}.${name}\n  id = ${JSON.stringify(arn)}\n}\n\n${list}`;
}

/** An instance has one list: where there is one, CloudFormation cannot make it. */
function stack(change: Change): StackResource | null {
  if (!wasOff(change)) return null;
  const Properties = { InstanceArn: centerOf(change).arn, ...attributeConfiguration(wholeList(change)) };
  return {
    logicalId: 'AccessAttributes',
    body: { Type: 'AWS::SSO::InstanceAccessControlAttributeConfiguration', Properties },
  };
}
