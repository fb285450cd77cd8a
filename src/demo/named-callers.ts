import type { Caller } from './caller.ts';
import { apiKey, federated, identityCenter, type Shape } from './human-callers.ts';
import { agent, application, bareRole, gateway, indexer, lambda, serviceUser } from './machine-callers.ts';
import type { Hours } from './profiles.ts';

/** `index` counts within the sort, `employees` those who sign on over Identity Center. */
type Make = (index: number, employees: number) => Shape;

/** `share`: of {@link SHARES}. `weight`: how busy one is. */
const SORTS: readonly {
  readonly share: number;
  readonly weight: number;
  readonly hours: Hours;
  readonly make: Make;
}[] = [
  { share: 22, weight: 3, hours: 'office', make: identityCenter },
  { share: 8, weight: 2.2, hours: 'office', make: federated },
  { share: 12, weight: 3.4, hours: 'always', make: application },
  { share: 5, weight: 1.6, hours: 'night', make: serviceUser },
  { share: 4, weight: 1.2, hours: 'office', make: apiKey },
  { share: 4, weight: 1.2, hours: 'always', make: agent },
  { share: 3, weight: 1.2, hours: 'always', make: lambda },
  { share: 1, weight: 5, hours: 'office', make: gateway },
  { share: 1, weight: 1.5, hours: 'always', make: bareRole },
  { share: 1, weight: 1.5, hours: 'always', make: indexer },
];

/**
 * A few are heavy and the tail is long: the power of -3/4, by square roots, as these alone among powers are the same to
 * the last bit on every machine.
 */
const tail = (index: number): number => 1 / (Math.sqrt(index + 2) * Math.sqrt(Math.sqrt(index + 2)));

const SHARES = SORTS.reduce((sum, { share }) => sum + share, 0);

/**
 * The identified callers of the organisation.
 * @param count how many; at least 30, so that each sort occurs
 */
export function namedCallers(count: number): Caller[] {
  const callers: Caller[] = [];
  const counts = SORTS.map(({ share }) => Math.max(1, Math.floor((count * share) / SHARES)));
  counts[0] = (counts[0] ?? 0) + count - counts.reduce((a, b) => a + b, 0);
  SORTS.forEach(({ weight, hours, make }, sort) => {
    for (let index = 0; index < (counts[sort] ?? 0); index += 1) {
      callers.push({ ...make(index, counts[0] ?? 0), hours, weight: weight * tail(index) });
    }
  });
  return callers;
}
