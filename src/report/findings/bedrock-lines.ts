import { NONE } from '../../domain/allocation.ts';
import type { Check, Verdict } from '../../domain/finding.ts';
import type { Health, Sign, SingleSign, Uncounted, UncountedSign } from '../../domain/health.ts';
import { counted, evidence, exceeds, shell, shortened, skipped } from '../../domain/judgement.ts';
import { sum } from '../../domain/money.ts';
import { shell as quoted } from '../remedies.ts';
import { addedUp, dearestFirst, dollars } from './measured.ts';

/**
 * Signs that are enough by themselves for lines that Bursar knows to be so: product codes before AWS's metadata of July 2026,
 * models of Marketplace, their tax and refunds. A family or a principal alone is a product that Bursar has never heard of.
 */
const EXPECTED: ReadonlySet<Sign> = new Set<Sign>([
  'product code',
  'Marketplace product name',
  'a Marketplace product seen elsewhere',
]);

/** So much by a principal alone is another service that began to name principals, most likely. */
const STRANGE_FAIL = 5n;

export const singleSign: Check<Health> = {
  name: 'single-sign',
  asks: 'Which lines are taken for Bedrock’s by one sign alone?',
  warns: 'any cost by the product family or the principal alone: no known product code says that it is Bedrock’s',
  fails: `more than ${STRANGE_FAIL} % of usage by the principal alone`,
  judge: (health) => {
    if (health.examined.length === 0) return skipped('no line to look at');
    const usage = sum(health.examined.map((period) => period.usage.cost));
    const single = merged(health);
    const strange = single.filter(({ sign, cost }) => !EXPECTED.has(sign) && cost !== 0n);
    const byPrincipal = sum(strange.filter(({ sign }) => sign === 'principal').map(({ cost }) => cost));
    const verdict = exceeds(byPrincipal, usage, STRANGE_FAIL) ? 'fail' : strange.length > 0 ? 'warn' : 'ok';
    const total = sum(strange.map(({ cost }) => cost));
    return {
      verdict,
      summary:
        strange.length > 0
          ? `counted as Bedrock’s by one sign alone: ${dollars(total, health)} of ${counted(strange.length, 'product')} that Bursar does not know`
          : 'no line counts by a family or a principal alone',
      evidence: shortened(
        single.map(({ sign, productCode, cost, lines }) =>
          evidence(`${productCode || '(no product code)'}: ${sign}`, { cost, of: usage, lines }),
        ),
        'product',
      ),
      remedies: strange
        .slice(0, 1)
        .map(({ productCode }) =>
          shell(
            'Look whether they are Bedrock’s. If not, open an issue: Bursar should not count them.',
            `bursar report --by product-code,usage-type --where ${quoted(`product-code=${filterValue(productCode)}`)}`,
          ),
        ),
    };
  },
};

/** As --where takes it. */
function filterValue(value: string): string {
  return value === '' ? NONE : value.replace(/[\\,=]/g, '\\$&');
}

/** Strange ones first, then the dearest. */
function merged({ examined }: Health): SingleSign[] {
  const all = addedUp(
    examined.flatMap(({ single }) => single),
    ({ sign, productCode }) => JSON.stringify([sign, productCode]),
  );
  return all.sort((a, b) => Number(EXPECTED.has(a.sign)) - Number(EXPECTED.has(b.sign)) || dearestFirst(a, b));
}

/** Where the word is the product's own. In the name of a bucket or a log group it says what the resource is for. */
const OF_PRODUCT: ReadonlySet<UncountedSign> = new Set<UncountedSign>([
  'product code',
  'product family',
  'product name',
  'usage type',
  'model name',
]);

export const notCounted: Check<Health> = {
  name: 'not-counted',
  asks: 'Do lines look like Bedrock’s that were not counted?',
  warns:
    'a product outside Bedrock costs something and has “bedrock” in its code, family, name or usage types, or is a Marketplace product with the name of a foundation model or of a maker of some',
  fails: 'such a product of AWS itself has “bedrock” in its product code or family',
  judge: (health) => {
    const raw = health.examined.flatMap((period) => (period.raw === null ? [] : [period.raw]));
    if (raw.length === 0) return skipped('the lines of the export were not read');
    const all = mergedUncounted(raw.flatMap(({ uncounted }) => uncounted));
    const products = all.filter(({ sign, cost }) => OF_PRODUCT.has(sign) && cost !== 0n);
    const verdict: Verdict = products.some(isOfAws) ? 'fail' : products.length > 0 ? 'warn' : 'ok';
    const total = sum(products.map(({ cost }) => cost));
    return {
      verdict,
      summary:
        products.length > 0
          ? `${counted(products.length, 'product')} not counted as Bedrock’s but named like it: ${dollars(total, health)}`
          : 'no product that was left out is named like Bedrock’s',
      evidence: shortened(
        all.map((one) => evidence(uncountedText(one), { cost: one.cost, lines: one.lines })),
        'product',
      ),
      remedies:
        verdict === 'ok'
          ? []
          : [
              shell(
                verdict === 'fail'
                  ? 'Reports lack these dollars. A newer Bursar may count them; else open an issue with the product code.'
                  : 'If it is a product of another vendor that only carries the name, nothing is wrong. If it is a model that you call through Bedrock, open an issue with its product code and name.',
              ),
            ],
    };
  },
};

function isOfAws({ entity, sign }: Uncounted): boolean {
  return entity === 'AWS' && (sign === 'product code' || sign === 'product family');
}

function mergedUncounted(uncounted: readonly Uncounted[]): Uncounted[] {
  const all = addedUp(uncounted, ({ sign, entity, productCode, productName }) =>
    JSON.stringify([sign, entity, productCode, productName]),
  );
  return all.sort((a, b) => Number(OF_PRODUCT.has(b.sign)) - Number(OF_PRODUCT.has(a.sign)) || dearestFirst(a, b));
}

function uncountedText({ productCode, productName, sign, example }: Uncounted): string {
  const name = productName === '' || productName === example ? '' : ` (${productName})`;
  return `${productCode || '(no product code)'}${name}: ${sign} ${example}`;
}
