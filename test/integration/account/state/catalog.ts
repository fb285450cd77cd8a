import { GlueClient, paginateGetDatabases, paginateGetTables, type Table } from '@aws-sdk/client-glue';
import type { Moto } from '../wire/moto-relay.ts';

/** The Glue catalog of one region of an account: databases with their tables. */
export async function catalogState(moto: Moto, account: string, region: string): Promise<Record<string, unknown>> {
  const client = moto.client(GlueClient, account, region);
  const databases: Record<string, unknown> = {};
  for await (const { DatabaseList = [] } of paginateGetDatabases({ client }, {}))
    for (const { Name: DatabaseName = '', Description, LocationUri, Parameters } of DatabaseList) {
      const tables: Record<string, unknown> = {};
      for await (const { TableList = [] } of paginateGetTables({ client }, { DatabaseName }))
        for (const table of TableList) tables[table.Name ?? ''] = definitionOf(table);
      databases[DatabaseName] = { Description, LocationUri, Parameters, tables };
    }
  return databases;
}

function definitionOf({ Description, TableType, Parameters, PartitionKeys, StorageDescriptor }: Table): unknown {
  return { Description, TableType, Parameters, PartitionKeys, StorageDescriptor };
}
