import { DRIVERS, type Driver, type RowDrivers } from '../../domain/driver.ts';

/** A sentence names this many drivers at most, and none that is less than a tenth of the greatest. */
const NAMED = 3;
const LEAST_SHARE = 10n;

/**
 * Why a row changed, as a clause: `mostly more volume (+$900.00) and a shift to Claude Opus 4.6 (+$300.00)`; one driver alone
 * needs no amount.
 * @param printed the parts as they are printed, in any unit
 * @param amountText prints one, with its sign
 */
export function because(
  row: RowDrivers,
  printed: Readonly<Record<Driver, bigint>>,
  amountText: (amount: bigint) => string,
): string {
  const change = DRIVERS.reduce((sum, driver) => sum + printed[driver], 0n);
  const all = DRIVERS.filter((driver) => printed[driver] !== 0n).sort((a, b) => {
    const [one, other] = [size(printed[a]), size(printed[b])];
    return one === other ? 0 : one > other ? -1 : 1;
  });
  const agrees = (driver: Driver): boolean => printed[driver] > 0n === change >= 0n;
  const greatest = all[0] === undefined ? 0n : size(printed[all[0]]);
  const great = all.slice(0, NAMED).filter((driver) => size(printed[driver]) * LEAST_SHARE >= greatest);
  const first = all.find(agrees);
  const named = first === undefined || great.includes(first) ? great : [...great, first];
  const name = (driver: Driver): string => nameOf(driver, row, printed[driver]);
  const text = (driver: Driver): string => `${name(driver)} (${amountText(printed[driver])})`;
  const [forIt, against] = [named.filter(agrees).map(text), named.filter((driver) => !agrees(driver)).map(text)];
  if (first === undefined) return 'less than a cent';
  if (all.length === 1) return name(first);
  const offset = against.length === 0 ? '' : `, ${change === 0n ? '' : 'partly '}offset by ${listed(against)}`;
  return `${named.length < all.length ? 'mostly ' : ''}${listed(forIt)}${offset}`;
}

function nameOf(driver: Driver, row: RowDrivers, amount: bigint): string {
  const more = amount > 0n;
  switch (driver) {
    case 'volume':
      return more ? 'more volume' : 'less volume';
    case 'modelMix':
      return shiftText(row.models, more, 'another mix of models', 'lines that name no model');
    case 'tierRouting':
      return shiftText(row.services, more, 'another mix of tiers and routing', 'lines that name no tier');
    case 'cache':
      return more ? 'caching that saves less' : 'caching that saves more';
    case 'price':
      return more ? 'higher prices' : 'lower prices';
    case 'newPrincipals':
      return row.came === 1 ? 'a new principal' : `${row.came.toLocaleString('en')} new principals`;
    case 'gonePrincipals':
      return row.went === 1
        ? 'a principal that has gone'
        : `${row.went.toLocaleString('en')} principals that have gone`;
    case 'restatement':
      return 'days that AWS restated';
    case 'adjustments':
      return 'tax, credits, refunds, discounts and fees';
    case 'rest':
      return 'usage that cannot be counted';
  }
}

/** The shift that did most in the direction of the whole. */
function shiftText(shifts: RowDrivers['models'], more: boolean, vague: string, nameless: string): string {
  let [greatest, most, quantity] = ['', 0, 0];
  for (const [name, shift] of shifts) {
    const cost = more ? shift.cost : -shift.cost;
    if (cost > most || (cost === most && cost > 0 && name < greatest)) {
      [greatest, most, quantity] = [name, cost, shift.quantity];
    }
  }
  return most === 0 ? vague : `a shift ${quantity > 0 ? 'to' : 'away from'} ${greatest || nameless}`;
}

function listed(texts: readonly string[]): string {
  return texts.length <= 1 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}
