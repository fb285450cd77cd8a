import { AthenaClient, GetWorkGroupCommand, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import { GlueClient, paginateGetDatabases, paginateGetTables, type Table } from '@aws-sdk/client-glue';
import type { Moto } from '../wire/moto-relay.ts';

/** What Athena reads in one region of an account: databases with their tables, and workgroups. */
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
  return { databases, workgroups: await workgroupsOf(moto.client(AthenaClient, account, region)) };
}

function definitionOf({ Description, TableType, Parameters, PartitionKeys, StorageDescriptor }: Table): unknown {
  return { Description, TableType, Parameters, PartitionKeys, StorageDescriptor };
}

async function workgroupsOf(athena: AthenaClient): Promise<Record<string, unknown>> {
  const { WorkGroups = [] } = await athena.send(new ListWorkGroupsCommand());
  const found: Record<string, unknown> = {};
  for (const { Name } of WorkGroups) {
    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: Name }));
    found[Name ?? ''] = {
      State: WorkGroup?.State,
      Description: WorkGroup?.Description,
      Configuration: WorkGroup?.Configuration,
    };
  }
  return found;
}
