import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { written } from '../engine/cells.ts';
import type { FileEngine } from '../engine/engine.ts';
import { RENAMED } from './owner.ts';
import type { MonthPlan } from './plan.ts';

/** Totals in `totals.csv`, in this order: what it sums, and the condition on the columns of `bill`. */
const PARTS = {
  'bedrock usage': "bedrock AND line_type = 'Usage'",
  'bedrock adjustments': "bedrock AND line_type <> 'Usage'",
  'other services': 'NOT bedrock',
} as const;

const USAGE_SUMS = 'lines, units, cost, net, list';

/** Begins a month's account of Bedrock usage. */
export async function startTruth(engine: FileEngine): Promise<void> {
  const sums = 'lines HUGEINT, units HUGEINT, cost HUGEINT, net HUGEINT, list HUGEINT';
  await engine.run(`CREATE OR REPLACE TABLE sample_usage
    (charge INTEGER, member INTEGER, tag_set INTEGER, identified BOOLEAN, later BOOLEAN, ${sums})`);
  await engine.run(`CREATE OR REPLACE TABLE sample_day
    (day INTEGER, account UTINYINT, charge INTEGER, tag_set INTEGER, ${sums})`);
}

/** Adds `sample_part`, from the generator's own numbers: nothing is read back from the export. */
export async function addTruth(engine: FileEngine, { reorganised }: MonthPlan): Promise<void> {
  await addTo(engine, 'sample_usage', `charge, member, tag_set, identified, hour >= ${reorganised} AS later`);
  await addTo(engine, 'sample_day', 'CAST(floor(hour / 24) AS INTEGER) AS day, account, charge, tag_set');
}

/** Sums again after each part, so that the table grows with what is distinct and not with the lines. */
async function addTo(engine: FileEngine, table: string, keys: string): Promise<void> {
  const names = keys.replace(/(?:CAST\(.*\)|hour >= -?\d+) AS /, '');
  const part = `SELECT ${keys}, count(*) AS lines, sum(units) AS units, sum(cost) AS cost, sum(net) AS net, sum(list) AS list
    FROM sample_part SEMI JOIN (SELECT id FROM sample_charge WHERE bedrock AND line_type = 'Usage') AS sold ON sold.id = charge
    GROUP BY ALL`;
  const sums = USAGE_SUMS.split(', ').map((name) => `CAST(sum(${name}) AS HUGEINT) AS ${name}`);
  await engine.run(`CREATE OR REPLACE TABLE ${table} AS
    SELECT ${names}, ${sums.join(', ')} FROM (FROM ${table} UNION ALL BY NAME ${part}) GROUP BY ${names}`);
}

/** Writes a month's `usage`, `days` and `bill`. */
export async function writeTruth(engine: FileEngine, plan: MonthPlan, truthDir: string): Promise<void> {
  const queries = { usage: usageQuery(engine, plan), days: dayQuery(engine, plan), bill: billQuery(engine, plan) };
  for (const [name, query] of Object.entries(queries)) {
    await mkdir(join(truthDir, name), { recursive: true });
    await engine.writeParquet(query, join(truthDir, name, `${plan.month.period}.parquet`));
  }
}

const usd = (engine: FileEngine, column: string): string => engine.dialect.sumAddends(column);
const MEANING = 'model, provider, token_kind, cache_ttl, tier, routing, batch, endpoint, product_code, seller';
const STAMPED = 'team, business_unit, department, tag_set.project, environment';
/** What an answer says with the organisation's own files: the tag, else what the files say. */
const ALLOCATED = `coalesce(CASE WHEN team = '${RENAMED.before}' THEN '${RENAMED.team}' ELSE team END,
    CASE WHEN NOT identified THEN nobody_team WHEN later THEN later_team ELSE owner_team END) AS allocated_team,
  CASE WHEN NOT identified THEN nobody_cost_center WHEN later THEN later_cost_center ELSE owner_cost_center END AS cost_center,
  CASE WHEN identified THEN shown_person END AS person`;
const TOKENS = 'CAST(sum(CASE WHEN token_kind IS NOT NULL THEN units END) AS DECIMAL(38,0)) AS tokens';

const money = (engine: FileEngine): string =>
  `${usd(engine, 'cost')} AS unblended, ${usd(engine, 'net')} AS net, ${usd(engine, 'list')} AS list`;

/** Who used what: a row for each caller, meaning and set of stamped tags. */
function usageQuery(engine: FileEngine, { month }: MonthPlan): string {
  const caller = ['principal', 'kind', 'role', 'permission_set', 'session'].map(
    (name) => `CASE WHEN identified THEN member.${name} END AS ${name === 'kind' ? 'principal_kind' : name}`,
  );
  return `SELECT ${engine.dialect.text(month.period)} AS period, payer, account_id AS account, ${caller.join(', ')},
      ${MEANING}, region, ${STAMPED}, ${ALLOCATED}, CAST(sum(lines) AS BIGINT) AS lines, ${TOKENS}, ${money(engine)}
    FROM sample_usage AS used
      JOIN sample_charge AS charge ON charge.id = used.charge
      JOIN sample_member AS member ON member.id = used.member
      JOIN sample_tag_set AS tag_set ON tag_set.id = used.tag_set
    GROUP BY ALL`;
}

/** What was used on which day (UTC), without the caller. */
function dayQuery(engine: FileEngine, { month }: MonthPlan): string {
  return `SELECT ${engine.dialect.text(month.period)} AS period, ${engine.dialect.date(month.start)} + day AS day,
      account_id AS account, ${MEANING}, team, CAST(sum(lines) AS BIGINT) AS lines, ${TOKENS}, ${money(engine)}
    FROM sample_day AS used
      JOIN sample_charge AS charge ON charge.id = used.charge
      JOIN (SELECT DISTINCT account, account_id FROM sample_member) AS accounts ON accounts.account = used.account
      JOIN sample_tag_set AS tag_set ON tag_set.id = used.tag_set
    GROUP BY ALL`;
}

/** Every line of the export, Bedrock or not. */
function billQuery(engine: FileEngine, { month, discounts }: MonthPlan): string {
  const net = discounts === 'lines' ? 'net' : 'coalesce(net, 0)';
  return `SELECT ${engine.dialect.text(month.period)} AS period, payer, account_id AS account, entity, nullif(invoice, '') AS invoice,
      seller, product_code, line_type, bedrock, CAST(sum(lines) AS BIGINT) AS lines, ${usd(engine, 'cost')} AS unblended,
      ${usd(engine, net)} AS net, ${usd(engine, 'coalesce(list, 0)')} AS list
    FROM sample_total AS total
      JOIN sample_charge AS charge ON charge.id = total.charge
      JOIN (SELECT DISTINCT account, account_id, payer FROM sample_member) AS accounts ON accounts.account = total.account
    GROUP BY ALL`;
}

/** Writes what is the same for all months, and the totals that people read. */
export async function writeSummary(engine: FileEngine, truthDir: string): Promise<void> {
  await engine.writeParquet(
    `SELECT account_id AS account, principal, kind AS principal_kind, role, permission_set, session, person, home_team
      FROM sample_member WHERE principal IS NOT NULL`,
    join(truthDir, 'callers.parquet'),
  );
  await writeFile(join(truthDir, 'allocated.csv'), await csvOf(engine, allocatedQuery(engine, truthDir)));
  await writeFile(join(truthDir, 'totals.csv'), await csvOf(engine, totalsQuery(engine, truthDir)));
}

/** Usage by what an answer shows with the organisation's own files. */
function allocatedQuery(engine: FileEngine, truthDir: string): string {
  const dimensions = { team: 'allocated_team', 'cost-center': 'cost_center', person: 'person' };
  const usage = engine.dialect.text(join(truthDir, 'usage', '*.parquet'));
  const sums = Object.entries(dimensions).map(
    ([
      name,
      column,
    ]) => `SELECT period, ${engine.dialect.text(name)} AS dimension, coalesce(${column}, '(none)') AS value,
      CAST(sum(lines) AS BIGINT) AS lines, sum(unblended) AS unblended, sum(net) AS net FROM read_parquet(${usage}) GROUP BY ALL`,
  );
  return `${sums.join(' UNION ALL ')} ORDER BY ALL`;
}

function totalsQuery(engine: FileEngine, truthDir: string): string {
  const bill = engine.dialect.text(join(truthDir, 'bill', '*.parquet'));
  const part = Object.entries(PARTS).map(([name, condition]) => `WHEN ${condition} THEN ${engine.dialect.text(name)}`);
  return `SELECT period, CASE ${part.join(' ')} END AS part, CAST(sum(lines) AS BIGINT) AS lines,
      sum(unblended) AS unblended, sum(net) AS net, sum(list) AS list
    FROM read_parquet(${bill}) GROUP BY ALL ORDER BY period, part`;
}

/** Rows as CSV; names of the sample need no quotes. */
async function csvOf(engine: FileEngine, query: string): Promise<string> {
  const rows = await engine.rows(query);
  const lines = rows.map((row) => Object.values(row).map((value) => written(value) ?? ''));
  return `${[Object.keys(rows[0] ?? {}), ...lines].map((cells) => cells.join(',')).join('\n')}\n`;
}
