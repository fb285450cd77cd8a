import type { Row } from '../engine/engine.ts';
import type { Caller, Tags } from './caller.ts';
import { RENAMED } from './owner.ts';
import type { TableColumns } from './tables.ts';

/** Tag keys in the order in which the organisation activated them: a tag is on no line before its activation. */
const ACTIVATED: readonly (readonly string[])[] = [
  ['team'],
  ['team', 'business-unit'],
  ['team', 'business-unit', 'department', 'project', 'environment'],
];

/**
 * A caller's tag sets: before the first activation, before the second, after both; the same with the team's name of
 * before its renaming; and with nobody identified.
 */
export const TAG_SET_IDS = {
  tags_before: 'INTEGER',
  tags_between: 'INTEGER',
  tags_after: 'INTEGER',
  old_before: 'INTEGER',
  old_between: 'INTEGER',
  old_after: 'INTEGER',
  tags_nobody: 'INTEGER',
} as const;

/** Column of `sample_member` -> id in `sample_tag_set`. */
export type TagSetIds = Readonly<Record<keyof typeof TAG_SET_IDS, number>>;

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
    const old = caller.tags.team === RENAMED.team ? { ...caller.tags, team: RENAMED.before } : caller.tags;
    const id = (tags: Tags, stage: number): number => this.#id(caller, tags, ACTIVATED[stage] ?? []);
    return {
      tags_before: id(caller.tags, 0),
      tags_between: id(caller.tags, 1),
      tags_after: id(caller.tags, 2),
      old_before: id(old, 0),
      old_between: id(old, 1),
      old_after: id(old, 2),
      tags_nobody: id({}, 0),
    };
  }

  #id(caller: Caller, tags: Tags, keys: readonly string[]): number {
    const stamped = Object.fromEntries(Object.entries(tags).filter(([key]) => keys.includes(key)));
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
