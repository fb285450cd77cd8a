import type { Change } from '../../domain/change.ts';
import { block, label, topBlock } from '../hcl.ts';
import { comment, type FormFile, type FormInput, kindFor, owned } from './forms.ts';

/** Billing services, Data Exports and IAM answer there; of every other region there is a provider by its name. */
const REGION = 'us-east-1';

/** The first with Data Exports. Source: https://github.com/hashicorp/terraform-provider-aws/blob/main/CHANGELOG.md */
const PROVIDER = { source: 'hashicorp/aws', version: '>= 5.42' };

/** A file for each account. What Terraform cannot own stands in it as a comment. */
export function terraformFiles(input: FormInput): FormFile[] {
  const { changes, elsewhere } = input.plan;
  const own = [...changes, ...elsewhere.filter(({ managedBy }) => managedBy?.by === 'terraform')];
  const accounts = [...new Set([...own, ...elsewhere].map(({ account }) => account))];
  return accounts.map((account) => {
    const of = (list: readonly Change[]): Change[] => list.filter((change) => change.account === account);
    const blocks = of(own).map((change) => blockOf(change, input));
    const others = of(elsewhere).filter(({ managedBy }) => managedBy?.by !== 'terraform');
    const left = others.map((change) => comment(`not here: ${does(change, input)}. It belongs to ${owned(change)}.`));
    const regions = [REGION, ...of(own).flatMap(({ region }) => region ?? [])];
    const providers = [...new Set(regions)].map((region) => provider(account, region, input));
    return { name: `bursar-${account}.tf`, text: [head(account), ...providers, ...blocks, ...left].join('\n') };
  });
}

function head(account: string): string {
  const needed = topBlock('terraform', ['required_version', '>= 1.5'], block('required_providers', ['aws', PROVIDER]));
  return comment(`What bursar plan found for account ${account}.`) + needed;
}

function provider(account: string, region: string, { access }: FormInput): string {
  const { profile = null, role = null } = access.get(account) ?? {};
  return topBlock(
    'provider "aws"',
    ...(region === REGION ? [] : [['alias', label(region)] as const]),
    ['region', region],
    ['allowed_account_ids', [account]],
    ...(profile === null ? [] : [['profile', profile] as const]),
    ...(role === null ? [] : [block('assume_role', ['role_arn', role])]),
  );
}

function blockOf(change: Change, input: FormInput): string {
  const text = kindFor(input, change).terraform(change);
  const what = does(change, input);
  if (text === null) return comment(`not here, Terraform has no resource for it: ${what}`);
  const { region } = change;
  return comment(what) + (region === null || region === REGION ? text : inRegion(text, region));
}

function inRegion(blocks: string, region: string): string {
  return blocks.replace(/^resource "[^"]+" "[^"]+" \{$/gm, `$&\n  provider = aws.${label(region)}\n`);
}

function does(change: Change, input: FormInput): string {
  return kindFor(input, change).words(change).does;
}
