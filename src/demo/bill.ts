import type { Engine } from '../engine/engine.ts';
import { hoursUntil } from './calendar.ts';
import type { Cast } from './cast.ts';
import { CUR_COLUMNS } from './columns.ts';
import type { Payer } from './organisation.ts';
import { COMMITMENT_COLUMNS } from './other-services.ts';
import type { MonthPlan } from './plan.ts';

/**
 * From here on the operation tells streaming from plain inference; before, it is `Usage`.
 * Source: https://aws.amazon.com/about-aws/whats-new/2026/01/amazon-bedrock-granular-usage-visibility/
 */
const OPERATIONS_SINCE = '2026-01-15T00:00:00Z';

/** `SELECT` that turns `sample_part` into lines of a payer's bill: columns of CUR 2.0, in their physical types. */
export function billQuery(
  engine: Engine,
  plan: MonthPlan,
  selected: typeof CUR_COLUMNS,
  payer: Payer,
  { payers, accounts }: Cast,
): string {
  const { identifier, text } = engine.dialect;
  const values: Readonly<Record<string, string>> = {
    ...billColumns(plan, payer, text),
    ...lineColumns(plan, text),
    ...productColumns(),
  };
  const unknown = Object.keys(values).filter((name) => !(name in CUR_COLUMNS));
  if (unknown.length > 0) throw new Error(`no columns of CUR 2.0: ${unknown.join(', ')}`);
  const columns = Object.entries(selected).map(
    ([name, type]) => `CAST(${values[name] ?? 'NULL'} AS ${type}) AS ${identifier(name)}`,
  );
  return `SELECT ${columns.join(', ')}
    FROM sample_part AS line
      JOIN sample_charge AS charge ON charge.id = line.charge
      JOIN sample_member AS member ON member.id = line.member
      JOIN sample_tag_set AS tag_set ON tag_set.id = line.tag_set
      JOIN sample_hour AS hour ON hour.hour = line.hour
    ${payers.length === 1 ? '' : `WHERE line.account IN (${payer.accounts.map((account) => accounts.indexOf(account)).join(', ')})`}`;
}

type Text = (value: string) => string;

/** Whole numbers below 2^53 divide to the double nearest to the exact decimal: the one that prints as it. */
const usd = (units: string): string => `CAST(${units} AS DOUBLE) / 1e10`;

function billColumns(
  { month, base, delivery }: MonthPlan,
  { accounts: [management] }: Payer,
  text: Text,
): Record<string, string> {
  const wholeMonth = `${month.start}T00:00:00Z/${month.end}T00:00:00Z`;
  return {
    bill_bill_type: 'charge.bill_type',
    bill_billing_entity: 'charge.entity',
    bill_billing_period_start_date: `TIMESTAMP ${text(`${month.start} 00:00:00`)}`,
    bill_billing_period_end_date: `TIMESTAMP ${text(`${month.end} 00:00:00`)}`,
    bill_invoice_id: 'charge.invoice',
    bill_invoicing_entity: 'charge.invoicing_entity',
    bill_payer_account_id: text(management?.id ?? ''),
    bill_payer_account_name: text(management?.name ?? ''),
    cost_category: 'tag_set.cost_category',
    resource_tags: 'tag_set.resource_tags',
    tags: 'tag_set.tags',
    // Ids are those of one delivery alone. The hash keeps lines apart; the rest gives AWS's length of 52 characters.
    identity_line_item_id: `lpad(CAST(hash(line.line + ${base + BigInt(delivery)}) AS VARCHAR), 20, '0') || ${text(base.toString(36).repeat(5).slice(0, 32))}`,
    identity_time_interval: `CASE WHEN charge.whole_month THEN ${text(wholeMonth)} ELSE hour.interval END`,
  };
}

function lineColumns({ month }: MonthPlan, text: Text): Record<string, string> {
  const discount = usd('(line.net - line.cost)');
  return {
    discount: `CASE WHEN line.net < line.cost THEN MAP {'edp_discount': ${discount}} ELSE MAP {} END`,
    discount_total_discount: discount,
    discount_bundled_discount: 'CASE WHEN line.net IS NOT NULL THEN 0 END',
    line_item_blended_cost: usd('line.cost'),
    line_item_blended_rate: 'charge.rate',
    line_item_currency_code: text('USD'),
    line_item_iam_principal: PRINCIPAL,
    line_item_legal_entity: 'charge.seller',
    line_item_line_item_description: 'charge.description',
    line_item_line_item_type: 'charge.line_type',
    line_item_net_unblended_cost: usd('line.net'),
    line_item_operation: operation(hoursUntil(month, OPERATIONS_SINCE)),
    line_item_product_code: 'charge.product_code',
    line_item_resource_id: RESOURCE,
    line_item_tax_type: 'charge.tax_type',
    line_item_unblended_cost: usd('line.cost'),
    line_item_unblended_rate: 'charge.rate',
    line_item_usage_account_id: 'member.account_id',
    line_item_usage_account_name: 'member.account_name',
    line_item_usage_amount: 'CAST(line.units AS DOUBLE) / charge.parts',
    line_item_usage_start_date: 'hour."start"',
    line_item_usage_end_date: `CASE WHEN charge.whole_month THEN TIMESTAMP_NS ${text(`${month.end} 00:00:00`)} ELSE hour."end" END`,
    line_item_usage_type: 'charge.usage_type',
  };
}

function productColumns(): Record<string, string> {
  return {
    pricing_currency: `CASE WHEN charge.unit IS NOT NULL THEN 'USD' END`,
    pricing_public_on_demand_cost: usd('line.list'),
    pricing_public_on_demand_rate: 'charge.list_rate',
    pricing_rate_code: `charge.sku || '.JRTCKXETXF.6YS6EN2CT7'`,
    pricing_term: 'charge.term',
    pricing_unit: 'charge.unit',
    product: 'charge.product',
    product_location: 'charge.location',
    product_location_type: `CASE WHEN charge.location IS NOT NULL THEN 'AWS Region' END`,
    product_operation: `CASE WHEN charge.operation <> 'inference' THEN charge.operation END`,
    product_product_family: 'charge.product_family',
    product_region_code: 'charge.region',
    product_servicecode: 'charge.servicecode',
    product_sku: 'charge.sku',
    product_usagetype: 'charge.usage_type',
    ...Object.fromEntries(COMMITMENT_COLUMNS.map((name) => [name, `charge.${name}`])),
  };
}

/** Where nobody is identified AWS leaves NULL or '': both occur. */
const PRINCIPAL = `CASE
  WHEN line.identified THEN member.principal
  WHEN charge.bedrock AND charge.line_type = 'Usage' AND line.pick % 2 = 0 THEN '' END`;

const RESOURCE = `CASE
  WHEN NOT charge.bedrock THEN ''
  WHEN charge.model_id IS NULL THEN NULL
  WHEN member.inference_profile IS NOT NULL THEN
    'arn:aws:bedrock:' || charge.region || ':' || member.account_id || ':application-inference-profile/' || member.inference_profile
  WHEN charge.routing = 'global' THEN
    'arn:aws:bedrock:' || charge.region || ':' || member.account_id || ':inference-profile/global.' || charge.model_id
  WHEN line.pick % 3 = 0 THEN ''
  ELSE 'arn:aws:bedrock:' || charge.region || '::foundation-model/' || charge.model_id END`;

const operation = (toldFrom: number): string => `CASE
  WHEN charge.operation IS DISTINCT FROM 'inference' THEN charge.operation
  WHEN line.hour < ${toldFrom} THEN 'Usage'
  WHEN line.pick % 5 < 3 THEN 'InvokeModelStreamingInference'
  ELSE 'InvokeModelInference' END`;
