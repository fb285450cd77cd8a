import type { Change, ChangeKind } from '../../domain/change.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Kind } from '../kind.ts';

/** A plan, to be written in another form. */
export interface FormInput {
  readonly plan: Plan;
  readonly kinds: ReadonlyMap<ChangeKind, Kind>;
  /** how each account is reached: by id */
  readonly access: ReadonlyMap<string, { readonly profile: string | null; readonly role: string | null }>;
}

/** A file of the form. */
export interface FormFile {
  readonly name: string;
  readonly text: string;
}

export function kindFor({ kinds }: FormInput, { kind }: Change): Kind {
  const found = kinds.get(kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

/** Lines of a comment: whatever a name holds, it ends no line. */
export function comment(text: string): string {
  return `# ${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')}\n`;
}

export const owned = ({ managedBy }: Change): string =>
  managedBy === null
    ? ''
    : `${managedBy.by === 'terraform' ? 'Terraform' : 'a CloudFormation stack'} (${managedBy.evidence})`;
