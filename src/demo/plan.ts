import { createHash } from 'node:crypto';
import type { Row } from '../engine/engine.ts';
import { type Adjustment, adjustmentsOf, type DiscountStyle } from './adjustments.ts';
import { bedrockCharges } from './bedrock-charges.ts';
import { hoursUntil, type Month } from './calendar.ts';
import type { Cast, Member } from './cast.ts';
import type { Charge } from './charge.ts';
import { otherCharges } from './other-charges.ts';
import { RENAMED, REORGANISED } from './owner.ts';
import type { ExportFormat, Granularity, SampleParameters } from './parameters.ts';
import { PROFILE_NAMES, PROFILES, type Profile } from './profiles.ts';

/** One line in five is of Bedrock. */
export const BEDROCK_PERCENT = 20;

/** USD that Bedrock and the rest come to in the newest month, whatever the number of lines; earlier months had less. */
const MONTHLY_SPEND = { bedrock: 64_000, other: 190_000, ofNextMonth: 0.92 };

/** AWS began to record principals in it, and the organisation had them in its export at once. */
const IDENTITY_MONTH = '2026-04';

/** All that is needed to draw the lines of a month. */
export interface MonthPlan {
  readonly month: Month;
  /** 0 = the first; with each later one AWS restates the month */
  readonly delivery: number;
  readonly granularity: Granularity;
  readonly format: ExportFormat;
  /** which parts of the month have the column of principals */
  readonly principals: 'all' | 'some' | 'none';
  readonly discounts: DiscountStyle;
  /** hours from which on the second and the third group of tag keys are on lines */
  readonly activations: readonly [number, number];
  /** hour from which on tags have a team's new name, and that of the reorganisation */
  readonly renamed: number;
  readonly reorganised: number;
  /** drawn lines: without the adjustments */
  readonly lines: number;
  readonly charges: readonly Charge[];
  readonly shares: ProfileShares;
  readonly adjustments: readonly Adjustment[];
  /** the first lines, which are not left to chance */
  readonly fixed: readonly Row[];
  /** where the row numbers of this seed and month begin */
  readonly base: bigint;
}

/** Charges of each profile, with the weight each has in it. */
type ProfileShares = ReadonlyMap<Profile, readonly { readonly charge: Charge; readonly weight: number }[]>;

/**
 * @param lines of the month, adjustments included
 * @param delivery how often the month was delivered before
 */
export function planMonth(
  month: Month,
  cast: Cast,
  lines: number,
  { seed, months, granularity, format }: Pick<SampleParameters, 'seed' | 'months' | 'granularity' | 'format'>,
  delivery = 0,
): MonthPlan {
  const discounts = discountStyle(month, months);
  const unscaled = [...bedrockCharges(month), ...otherCharges(month)].map(
    (charge, id): Charge => ({ ...charge, id, columns: { ...charge.columns, id } }),
  );
  const adjustments = adjustmentsOf(month, discounts, delivery, cast, unscaled.length);
  // What a restatement brings comes on top: all other lines stay what they were.
  const drawnLines = lines - adjustmentsOf(month, discounts, 0, cast, unscaled.length).length;
  const charges = scaled(unscaled, cast, drawnLines, month);
  const shares = profileShares(charges);
  const oldest = months > 1 && month.back === months - 1;
  return {
    month,
    delivery,
    granularity,
    format,
    principals: month.period === IDENTITY_MONTH ? 'some' : month.period > IDENTITY_MONTH ? 'all' : 'none',
    discounts,
    // In the oldest month the keys are still being activated: one group on the 12th, the last with the next month.
    activations: oldest ? [11 * 24 + 14, month.hours] : [-month.hours, -month.hours],
    renamed: hoursUntil(month, RENAMED.instant),
    reorganised: hoursUntil(month, `${REORGANISED}T00:00:00Z`),
    lines: drawnLines,
    charges,
    shares,
    adjustments,
    fixed: fixedLines(shares, cast),
    base: BigInt(`0x${createHash('sha256').update(`${seed} ${month.period}`).digest('hex').slice(0, 15)}`),
  };
}

/** The newer half of the months has net columns; the first of these discounts as lines too, where there are three or more. */
function discountStyle({ back }: Month, months: number): DiscountStyle {
  const withColumns = Math.ceil(months / 2);
  if (back >= withColumns) return 'lines';
  return months > 2 && back === withColumns - 1 ? 'both' : 'columns';
}

function profileShares(charges: readonly Charge[]): ProfileShares {
  const ofOffer = Map.groupBy(charges, ({ offer }) => offer);
  const weighted = (offer: string | null, weight: number): { charge: Charge; weight: number }[] => {
    const mine = ofOffer.get(offer) ?? [];
    const total = sum(mine.map(({ share }) => share));
    return mine.map((charge) => ({ charge, weight: (weight * charge.share) / total }));
  };
  return new Map(
    PROFILE_NAMES.map((profile) => {
      const offers = profile === 'other' ? [[null, 1] as const] : Object.entries(PROFILES[profile]);
      return [profile, offers.flatMap(([offer, weight]) => weighted(offer, weight))];
    }),
  );
}

/** Scales what a line typically counts so that the month comes to its spend: a line for each charge, and the drawn rest. */
function scaled(charges: readonly Charge[], cast: Cast, lines: number, month: Month): Charge[] {
  const shares = profileShares(charges);
  const drawn = lines - charges.length;
  const cost = ({ typical, price }: Charge): number => (typical * price) / 1e10;
  const lineCost = (profile: Profile): number => {
    const mine = shares.get(profile) ?? [];
    return sum(mine.map(({ charge, weight }) => weight * cost(charge))) / sum(mine.map(({ weight }) => weight));
  };
  const bedrock = cast.members.filter(({ caller }) => caller.profile !== 'other');
  const bedrockLine =
    sum(bedrock.map(({ caller, from, to }) => lineCost(caller.profile) * (to - from))) / cast.bedrockSlots;
  const unscaled = (isBedrock: boolean, share: number, line: number): number =>
    drawn * share * line + sum(charges.filter(({ offer }) => (offer !== null) === isBedrock).map(cost));
  let spend = 1;
  for (let back = 0; back < month.back; back += 1) spend *= MONTHLY_SPEND.ofNextMonth;
  const bedrockScale = (spend * MONTHLY_SPEND.bedrock) / unscaled(true, BEDROCK_PERCENT / 100, bedrockLine);
  const otherScale = (spend * MONTHLY_SPEND.other) / unscaled(false, 1 - BEDROCK_PERCENT / 100, lineCost('other'));
  return charges.map((charge) => {
    const typical = Math.max(1, Math.round(charge.typical * (charge.offer === null ? otherScale : bedrockScale)));
    return { ...charge, typical, columns: { ...charge.columns, typical } };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** A line for each charge; the last hour of each seller's data; and two lines that AWS metered too late for their month. */
function fixedLines(shares: ProfileShares, cast: Cast): Row[] {
  const callersOf = Map.groupBy(
    cast.members.filter(({ from, to }) => to > from),
    ({ caller }) => caller.profile,
  );
  const pairs = new Map<number, { charge: Charge; member: Member }>();
  for (const [profile, mine] of shares) {
    const callers = callersOf.get(profile) ?? [];
    for (const { charge } of mine) {
      const member = callers[pairs.size % callers.length];
      if (member !== undefined && !pairs.has(charge.id)) pairs.set(charge.id, { charge, member });
    }
  }
  const all = [...pairs.values()].map(({ charge, member }) => ({ charge, member, hour: null }));
  const bedrock = [...pairs.values()].filter(({ member }) => member.caller.principal !== null);
  const sellers = Map.groupBy(bedrock, ({ charge }) => charge.columns.seller);
  const first = [...sellers.values()].flatMap((ofSeller) => ofSeller.slice(0, 1));
  const last = first.map((pair) => ({ ...pair, hour: Number(pair.charge.columns.latest_hour) }));
  const late = first.slice(0, 2).map((pair, index) => ({ ...pair, hour: -1 - index }));
  return [...all, ...late, ...last].map(({ charge, member, hour }, line) => ({
    line,
    slot: member.from,
    charge: charge.id,
    hour,
  }));
}
