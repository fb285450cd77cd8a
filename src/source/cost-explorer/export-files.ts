import { join } from 'node:path';
import { formatUnits } from '../../domain/money.ts';
import { nextDay, type Period } from '../../domain/period.ts';
import { productOf } from './bedrock-service.ts';
import type { CostLine } from './cost-line.ts';
import { writeChanged } from './kept-answers.ts';

/** What is known of a period beside its lines; kept in its manifest. */
export interface AboutPeriod {
  readonly account: string;
  readonly tag: string;
  readonly currency: string;
  /** when Cost Explorer was asked, ISO 8601 */
  readonly askedAt: string;
  /** whether it gave net unblended cost */
  readonly hasNet: boolean;
  readonly notes: readonly string[];
}

/** The CUR 2.0 columns that Cost Explorer can fill (facts 1.1), each from a line. */
const COLUMNS: Readonly<Record<string, (line: CostLine, about: AboutPeriod) => string>> = {
  bill_payer_account_id: (_, { account }) => account,
  bill_billing_entity: ({ entity }) => entity,
  line_item_usage_account_id: () => '',
  line_item_currency_code: (_, { currency }) => currency,
  line_item_line_item_type: ({ lineItemType }) => lineItemType,
  line_item_product_code: ({ service }) => (service === null ? '' : productOf(service).code),
  line_item_usage_type: ({ usageType }) => usageType,
  line_item_usage_amount: ({ amounts }) => decimal(amounts.used),
  pricing_unit: ({ unit }) => unit,
  line_item_usage_start_date: ({ day }) => `${day} 00:00:00`,
  line_item_usage_end_date: ({ day }) => `${nextDay(day)} 00:00:00`,
  line_item_unblended_cost: ({ amounts }) => decimal(amounts.unblended),
  line_item_net_unblended_cost: ({ amounts }, { hasNet }) => (hasNet ? decimal(amounts.net) : ''),
  product: ({ service }) => (service === null ? '{}' : JSON.stringify({ product_name: service })),
  product_product_family: ({ bedrockBy }) => (bedrockBy === null ? '' : 'Amazon Bedrock'),
  tags: ({ tagValue }, { tag }) => (tagValue === '' ? '{}' : JSON.stringify({ [tag]: tagValue })),
};

/**
 * Writes a period as AWS lays out an export, so that all that reads exports reads it; the manifest last.
 * @throws OperatingError FOLDER_NOT_WRITABLE
 */
export async function writePeriod(
  folder: string,
  period: Period,
  lines: readonly CostLine[],
  about: AboutPeriod,
): Promise<void> {
  const partition = `BILLING_PERIOD=${period}`;
  const name = 'cost-explorer.csv';
  const rows = lines.map((line) => Object.values(COLUMNS).map((cell) => quoted(cell(line, about))));
  const text = [Object.keys(COLUMNS), ...rows].map((cells) => `${cells.join(',')}\n`).join('');
  await writeChanged(join(folder, 'data', partition, name), text);
  const manifest = { ...about, dataFiles: [`data/${partition}/${name}`] };
  await writeChanged(
    join(folder, 'metadata', partition, 'cost-explorer-Manifest.json'),
    JSON.stringify(manifest, null, 1),
  );
}

const DIGITS = 10;

function decimal(units: bigint): string {
  return formatUnits(units, DIGITS);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
