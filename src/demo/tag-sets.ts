import type { Row } from '../engine/engine.ts';
import type { Caller } from './caller.ts';
import type { TableColumns } from './tables.ts';

/** Tag keys in the order in which the organisation activated them: a tag is on no line before its activation. */
const ACTIVATED: readonly (readonly string[])[] = [
  ['team'],
  ['team', 'business-unit'],
  ['team', 'business-unit', 'department', 'project', 'environment'],
];

/** Ids of a caller's tag sets: before the first activation, before the second, after both, and with nobody identified. */
export type TagSetIds = readonly [before: number, between: number, after: number, nobody: number];

export const TAG_SET_COLUMNS: TableColumns = {
  id: 'INTEGER',
  tags: 'MAP(VARCHAR, VARCHAR)',
  resource_tags: 'MAP(VARCHAR, VARCHAR)',
  cost_category: 'MAP(VARCHAR, VARCHAR)',
  team: 'VARCHAR',
  business_unit: 'VARCHAR',
  department: 'VARCHAR',
  project: 'VARCHAR',
  environment: 'VARCHAR',
};

/** The distinct tag sets of the callers; few, as callers of one team and project share them. */
export class TagSets {
  readonly rows: Row[] = [];
  readonly #ids = new Map<string, number>();

  of(caller: Caller): TagSetIds {
    const [before = [], between = [], after = []] = ACTIVATED;
    return [this.#id(caller, before), this.#id(caller, between), this.#id(caller, after), this.#id(caller, [])];
  }

  #id(caller: Caller, keys: readonly string[]): number {
    const stamped = Object.fromEntries(Object.entries(caller.tags).filter(([key]) => keys.includes(key)));
    const row = tagSet(caller, stamped);
    const text = JSON.stringify(row);
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.rows.length;
    this.rows.push({ id, ...row });
    this.#ids.set(text, id);
    return id;
  }
}

/** `tags` holds, under prefixes, all that the other two maps hold. Lines that belong to no workload have none. */
function tagSet(caller: Caller, stamped: Readonly<Record<string, string>>): Row {
  const { account, resourceProject, weight } = caller;
  const platform = account.environment === 'prod' ? 'production' : 'engineering';
  const tags = {
    'accountTag/environment': account.environment,
    'costCategory/Platform': platform,
    ...(resourceProject === null ? {} : { 'resourceTags/Project': resourceProject }),
    ...Object.fromEntries(Object.entries(stamped).map(([key, value]) => [`iamPrincipal/${key}`, value])),
  };
  return {
    tags: JSON.stringify(weight === 0 ? {} : tags),
    resource_tags: JSON.stringify(resourceProject === null ? {} : { user_project: resourceProject }),
    cost_category: JSON.stringify(weight === 0 ? {} : { Platform: platform }),
    team: stamped.team ?? null,
    business_unit: stamped['business-unit'] ?? null,
    department: stamped.department ?? null,
    project: stamped.project ?? null,
    environment: stamped.environment ?? null,
  };
}
