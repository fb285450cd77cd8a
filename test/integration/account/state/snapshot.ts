import { EVERYONE } from '../organization.ts';
import type { Moto } from '../wire/moto-relay.ts';
import { bucketState } from './buckets.ts';
import { canonical } from './canonical.ts';
import { catalogState } from './catalog.ts';
import { principalState } from './principals.ts';

/** All that a set-up can change, in every account: tags of principals, buckets, catalogs and workgroups of the regions given. */
export async function motoState(moto: Moto, places: ReadonlyMap<string, ReadonlySet<string>>): Promise<unknown> {
  const accounts: Record<string, unknown> = {};
  for (const { id } of EVERYONE) {
    const catalogs: Record<string, unknown> = {};
    for (const region of [...(places.get(id) ?? [])].sort()) catalogs[region] = await catalogState(moto, id, region);
    accounts[id] = {
      principals: await principalState(moto, id),
      buckets: await bucketState(moto, id),
      catalogs,
    };
  }
  return canonical(accounts);
}
