import type { Change } from '../../domain/change.ts';
import { block, topBlock } from '../hcl.ts';
import { comment, type FormFile, type FormInput, kindFor, owned } from './forms.ts';

/** Billing services, Data Exports and IAM answer there; what is in another region says so itself. */
const REGION = 'us-east-1';

/** Since 6.0 a resource may be in another region than its provider; the files name it. */
const PROVIDER = { source: 'hashicorp/aws', version: '>= 6.0' };

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
    return { name: `bursar-${account}.tf`, text: [head(account, input), ...blocks, ...left].join('\n') };
  });
}

function head(account: string, { access }: FormInput): string {
  const { profile = null, role = null } = access.get(account) ?? {};
  return [
    comment(`What bursar plan found for account ${account}.`),
    topBlock('terraform', ['required_version', '>= 1.5'], block('required_providers', ['aws', PROVIDER])),
    '\n',
    topBlock(
      'provider "aws"',
      ['region', REGION],
      ['allowed_account_ids', [account]],
      ...(profile === null ? [] : [['profile', profile] as const]),
      ...(role === null ? [] : [block('assume_role', ['role_arn', role])]),
    ),
  ].join('');
}

function blockOf(change: Change, input: FormInput): string {
  const text = kindFor(input, change).terraform(change);
  const what = does(change, input);
  return text === null ? comment(`not here, Terraform has no resource for it: ${what}`) : comment(what) + text;
}

function does(change: Change, input: FormInput): string {
  return kindFor(input, change).words(change).does;
}
