import type { Catalog } from '../aws/read/glue.ts';
import type { Change } from '../domain/change.ts';

/** Where something regional is changed. */
export function catalogOf({ account, region, kind }: Change): Catalog {
  if (region === null) throw new Error(`${kind} without a region`);
  return { account, region };
}
