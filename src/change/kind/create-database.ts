import { readDatabase } from '../../aws/read/glue.ts';
import { createDatabase, deleteEmptyDatabase } from '../../aws/write/glue.ts';
import { resource as hclResource, label } from '../hcl.ts';
import type { Kind } from '../kind.ts';
import { logicalId } from '../own-bucket.ts';
import { catalogOf } from '../place.ts';

export const DATABASE_DESCRIPTION = 'Made by Bursar: the AWS bill.';

/** One part: `database` -> `{ description }`. The resource is its name. */
export const createDatabaseKind: Kind = {
  words: ({ resource, region }) => ({
    does: `make the database ${resource} in the Data Catalog of ${region}`,
    effect: 'Athena has a place for the table of the bill.',
    costs: 'nothing',
    undo: { possible: true, how: 'the database is removed, unless somebody else has made tables in it' },
  }),
  read: async (session, change, signal) => ({
    database: (await readDatabase(session, catalogOf(change), change.resource, signal)) && { ...PART },
  }),
  write: async (session, change, { database }, signal) => {
    const catalog = catalogOf(change);
    if (database === null) await deleteEmptyDatabase(session, catalog, change.resource, signal);
    else if (database !== undefined)
      await createDatabase(session, catalog, change.resource, DATABASE_DESCRIPTION, signal);
  },
  cli: ({ resource, region }) => {
    const input = JSON.stringify({ Name: resource, Description: DATABASE_DESCRIPTION });
    return [['glue', 'create-database', '--region', region ?? '', '--database-input', input]];
  },
  cliThere: ({ resource, region }) => {
    const query = `DatabaseList[?Name=='${resource}'].Name`;
    return ['glue', 'get-databases', '--region', region ?? '', '--query', query];
  },
  terraform: ({ resource }) =>
    hclResource(
      'aws_glue_catalog_database',
      label(resource),
      ['name', resource],
      ['description', DATABASE_DESCRIPTION],
    ),
  cloudformation: ({ resource, account }) => ({
    logicalId: logicalId('Database', resource),
    body: {
      Type: 'AWS::Glue::Database',
      Properties: {
        CatalogId: account,
        DatabaseInput: { Name: resource, Description: DATABASE_DESCRIPTION },
      },
    },
  }),
};

/** Whoever describes it otherwise has the same database. */
const PART = { description: DATABASE_DESCRIPTION };
export const databaseState = (isThere: boolean) => ({ database: isThere ? { ...PART } : null });
