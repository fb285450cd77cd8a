import { join } from 'node:path';
import { duckdbDialect } from '../src/engine/dialect/duckdb.ts';
import { BARE_DUCKDB } from './folders.ts';
import type { Command } from './measure.ts';
import type { BenchSample } from './samples.ts';

const { identifier, text } = duckdbDialect;

/** The floor of every command that asks DuckDB something: Node, DuckDB loaded and opened, nothing asked of it. */
export const emptyProcess: Command = [BARE_DUCKDB, 'SELECT 1'];

/**
 * The floor of an ingest: DuckDB reads the same columns of the same lines and writes them down, and that is all.
 * @param order whether the lines stay in the order of the export, which is DuckDB's default and takes longer
 */
export function bareCopy({ files, columns }: BenchSample, output: string, order: 'kept' | 'any'): Command {
  const list = files.map(text).join(', ');
  const copied = `SELECT ${columns.map(identifier).join(', ')} FROM read_parquet([${list}])`;
  const copy = `COPY (${copied}) TO ${text(output)} (FORMAT parquet, COMPRESSION snappy)`;
  return [BARE_DUCKDB, order === 'kept' ? copy : `SET preserve_insertion_order = false; ${copy}`];
}

/**
 * Who spent what by team, asked of the raw export as one would write it by hand: the team from the tag, net where there
 * is a net, and every way in which AWS marks a line as Bedrock's.
 */
export function rawQuestion({ cur, period }: BenchSample): Command {
  const files = text(join(cur, 'data', '*', '*.parquet'));
  return [
    BARE_DUCKDB,
    `SELECT coalesce(nullif(tags['iamPrincipal/team'], ''), '(unattributed)') AS team,
       sum(coalesce(line_item_net_unblended_cost, line_item_unblended_cost)) AS cost
     FROM read_parquet(${files}, hive_partitioning = true)
     WHERE billing_period = ${text(period)} AND line_item_line_item_type = 'Usage'
       AND (product_product_family = 'Amazon Bedrock'
         OR line_item_product_code IN ('AmazonBedrock', 'AmazonBedrockService', 'AmazonBedrockFoundationModels', 'AmazonBedrockAgentCore')
         OR (bill_billing_entity = 'AWS Marketplace' AND product['product_name'] LIKE '%(Amazon Bedrock Edition)%')
         OR coalesce(line_item_iam_principal, '') <> '')
     GROUP BY 1`,
  ];
}
