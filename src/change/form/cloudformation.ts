import { stringify } from 'yaml';
import type { Change } from '../../domain/change.ts';
import type { StackResource } from '../kind.ts';
import { comment, type FormFile, type FormInput, kindFor, owned } from './forms.ts';

/** Where a service is not in a region of its own, its stack may be anywhere; Data Exports and billing are there. */
const REGION = 'us-east-1';

/** A template for each account and region. What CloudFormation cannot own stands in it as a comment. */
export function cloudformationFiles(input: FormInput): FormFile[] {
  const { changes, elsewhere } = input.plan;
  const own = [...changes, ...elsewhere.filter(({ managedBy }) => managedBy?.by === 'cloudformation')];
  const byStack = Map.groupBy([...own, ...elsewhere], nameOf);
  return [...byStack].map(([name, all]) => {
    const here = [...new Set(all)];
    const mine = here.filter((change) => own.includes(change));
    const others = here.filter((change) => !own.includes(change));
    return { name, text: template(mine, others, input, deployedBefore(name, mine, own, input)) };
  });
}

function nameOf({ account, region }: Change): string {
  return `bursar-${account}-${region ?? REGION}.yaml`;
}

/** The files whose stacks must be there first: stacks of other regions and accounts cannot wait for each other. */
function deployedBefore(name: string, mine: readonly Change[], own: readonly Change[], input: FormInput): string[] {
  const made = (change: Change): boolean => kindFor(input, change).cloudformation(change) !== null;
  const needed = new Set(mine.filter(made).flatMap(({ dependsOn }) => dependsOn));
  const files = own.filter((change) => needed.has(change.id) && made(change)).map(nameOf);
  return [...new Set(files)].filter((file) => file !== name).sort();
}

function template(
  changes: readonly Change[],
  others: readonly Change[],
  input: FormInput,
  before: readonly string[],
): string {
  const does = (change: Change): string => kindFor(input, change).words(change).does;
  const made = changes.map((change) => ({ change, resource: kindFor(input, change).cloudformation(change) }));
  const resources = new Map(
    made.flatMap(({ resource }) => (resource === null ? [] : [[resource.logicalId, resource]])),
  );
  const [first] = [...changes, ...others];
  const left = [
    ...made.flatMap(({ change, resource }) =>
      resource === null ? [`not here, CloudFormation has no resource for it: ${does(change)}${ownerOf(change)}`] : [],
    ),
    ...others.map((change) => `not here: ${does(change)}. It belongs to ${owned(change)}.`),
  ];
  const head = [
    `What bursar plan found for account ${first?.account} in ${first?.region ?? REGION}.`,
    ...(before.length === 0 ? [] : [`Deploy ${before.join(' and ')} first, and wait for it: what is here needs it.`]),
    ...made.flatMap(({ change, resource }) => (resource === null ? [] : [does(change)])),
    ...left,
  ].map(comment);
  // A template without resources is refused.
  if (resources.size === 0) return head.join('');
  const body = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Bursar: who spends what on Amazon Bedrock.',
    Resources: Object.fromEntries([...resources].map(([id, resource]) => [id, bodyOf(resource, resources)])),
  };
  return head.join('') + stringify(body, { lineWidth: 0, aliasDuplicateObjects: false });
}

const ownerOf = (change: Change): string => (change.managedBy === null ? '' : `; it belongs to ${owned(change)}`);

/** What is in the stack of another region is there before, or the stack fails: the head says which comes first. */
function bodyOf({ body }: StackResource, resources: ReadonlyMap<string, StackResource>): StackResource['body'] {
  const { DependsOn = [], ...rest } = body;
  const here = DependsOn.filter((id) => resources.has(id));
  return here.length === 0 ? rest : { ...rest, DependsOn: here };
}
