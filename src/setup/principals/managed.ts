import type { ListedPrincipal } from '../../aws/read/iam-principals.ts';
import type { ManagedBy } from '../../domain/change.ts';

/** Stacks of CDK, SAM and others mark what they make; CloudFormation itself does not mark roles (aws-cloudformation/cloudformation-coverage-roadmap #1159). */
const STACK_NAME = 'aws:cloudformation:stack-name';

const MARKS = /^(managed|created|provisioned|deployed)[-_ ]?(by|with)$|^(provisioner|iac|tool)$/i;
const TERRAFORM = /\b(terraform|terragrunt|opentofu)\b/i;

/**
 * Who else writes a role or user, as far as its tags and description tell.
 * @param stack that has it, as CloudFormation says; `null` = none
 */
export function managedBy(
  { description }: Pick<ListedPrincipal, 'description'>,
  tags: ReadonlyMap<string, string>,
  stack: string | null,
): ManagedBy | null {
  const marked = stack ?? tags.get(STACK_NAME);
  if (marked !== undefined) return { by: 'cloudformation', evidence: marked };
  for (const [key, value] of tags) {
    const says = (MARKS.test(key) && TERRAFORM.test(value)) || (TERRAFORM.test(key) && !/^(false|no)$/i.test(value));
    if (says) return { by: 'terraform', evidence: `tag ${key} = ${value}` };
  }
  return TERRAFORM.test(description)
    ? { by: 'terraform', evidence: `description ${JSON.stringify(description)}` }
    : null;
}
