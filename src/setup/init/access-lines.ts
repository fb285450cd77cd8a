import type { FoundAccount } from './found.ts';
import { scalar } from './yaml-lines.ts';

/** How an account is reached. */
export type AccountText = Pick<FoundAccount, 'id' | 'profile' | 'role'>;

/** The same account stands in several places of the file, and is reached in one way. */
export function accessLines({ id, profile, role }: AccountText, indent: string): string[] {
  const name = role?.replace(`arn:aws:iam::${id}:role/`, '') ?? null;
  return [
    ...(profile === null ? [] : [`${indent}profile: ${scalar(profile)}`]),
    ...(name === null ? [] : [`${indent}role: ${scalar(name)}`]),
  ];
}
