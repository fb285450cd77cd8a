import type { CostDay, CostGroup } from '../../aws/read/cost-explorer.ts';
import { isUsage } from '../../domain/line-item.ts';
import type { Day } from '../../domain/period.ts';
import { type Amounts, amountsOf, isNothing, less, sumOf } from './amounts.ts';
import { lineItemType, type Product, productOf } from './bedrock-service.ts';

/** The answers on the same days. They are cuts of the same dollars: they are held against each other, never added. */
export interface Answers {
  /** by service and record type: all dollars */
  readonly wholeBill: readonly CostDay[];
  /** usage by service and usage type */
  readonly byService: readonly CostDay[];
  /** usage by tag value and usage type */
  readonly byTag: readonly CostDay[];
  /** usage by tag value and service, of each usage type that was asked for alone */
  readonly shared: ReadonlyMap<string, readonly CostDay[]>;
}

/** A line of a bill, as far as Cost Explorer tells one. */
export interface CostLine {
  readonly day: Day;
  /** `null`: one of several services that share the usage type */
  readonly service: string | null;
  readonly entity: Product['entity'];
  /** what the line is one of the Bedrock lines by; `null` = it is of the rest of the bill */
  readonly bedrockBy: 'service' | 'tag' | null;
  readonly lineItemType: string;
  readonly usageType: string;
  readonly unit: string;
  /** `''` = without the tag */
  readonly tagValue: string;
  readonly amounts: Amounts;
}

/** What could not be decided or does not agree: unblended cost, absolute, summed up. */
export interface Findings {
  /** usage whose service the answers do not tell apart */
  readonly severalServices: bigint;
  /** usage whose tag could be another service's */
  readonly tagUndecided: bigint;
  /** usage that is Bedrock's by its tag alone, of services that are not known to be */
  readonly byTagAlone: bigint;
  /** by how much one answer differs from another on the same dollars: data that came in between */
  readonly moved: bigint;
}

export interface Split {
  readonly lines: readonly CostLine[];
  readonly findings: Findings;
}

/**
 * Every dollar of the whole bill as one line: Bedrock's usage by tag value and usage type, its adjustments by record type, and
 * the rest. Adds up to {@link Answers.wholeBill} exactly, whatever the other answers say.
 * @param tag the tag key; only Bedrock's dollars carry one that begins with `iamPrincipal/`
 */
export function split(answers: Answers, tag: string): Split {
  const findings = { severalServices: 0n, tagUndecided: 0n, byTagAlone: 0n, moved: 0n };
  const onDay = (days: readonly CostDay[], day: Day): readonly CostGroup[] =>
    days.find((one) => one.day === day)?.groups ?? [];
  const lines = answers.wholeBill.flatMap(({ day, groups }) =>
    splitDay(
      {
        day,
        wholeBill: groups,
        byService: onDay(answers.byService, day),
        byTag: onDay(answers.byTag, day),
        shared: new Map([...answers.shared].map(([usageType, days]) => [usageType, onDay(days, day)])),
        bedrockOnly: tag.startsWith('iamPrincipal/'),
      },
      findings,
    ),
  );
  return { lines: lines.filter(({ amounts }) => !isNothing(amounts)), findings };
}

/** The usage types of which the answers by service and by tag do not tell which tag used which service. */
export function sharedUsageTypes({ byService, byTag }: Pick<Answers, 'byService' | 'byTag'>): string[] {
  const found = new Set<string>();
  for (const { day, groups } of byService) {
    const tagged = byTag.find((one) => one.day === day)?.groups ?? [];
    for (const [usageType, own] of usageTypes(groups)) {
      if (own.filter(({ keys: [service] }) => productOf(service).bedrock).length < 2) continue;
      const values = tagged.filter(({ keys, ...amounts }) => keys[1] === usageType && !isNothing(amountsOf(amounts)));
      if (values.length > 1) found.add(usageType);
    }
  }
  return [...found].sort();
}

interface DayAnswers {
  readonly day: Day;
  readonly wholeBill: readonly CostGroup[];
  readonly byService: readonly CostGroup[];
  readonly byTag: readonly CostGroup[];
  readonly shared: ReadonlyMap<string, readonly CostGroup[]>;
  /** whether a tag value says that the dollars are Bedrock's */
  readonly bedrockOnly: boolean;
}

type Found = { -readonly [K in keyof Findings]: Findings[K] };

function splitDay(answers: DayAnswers, findings: Found): CostLine[] {
  const { day, wholeBill, byService, byTag } = answers;
  const used = usageTypes(byService);
  const usageLines = [...used].flatMap(([usageType, groups]) => splitUsageType(usageType, groups, answers, findings));
  const alone = answers.bedrockOnly ? taggedElsewhere(byTag, used) : [];
  for (const { amounts } of alone) findings.byTagAlone += size(amounts);
  const totals = wholeBill.map((group): CostLine => {
    const [service, recordType] = group.keys;
    return {
      ...EMPTY,
      day,
      service,
      entity: productOf(service).entity,
      bedrockBy: productOf(service).bedrock ? 'service' : null,
      lineItemType: lineItemType(recordType),
      // An adjustment uses nothing; of other services nobody asks how much.
      amounts: { ...amountsOf(group), used: 0n },
    };
  });
  const isDetailed = (line: CostLine): boolean => line.bedrockBy === 'service' && isUsage(line.lineItemType);
  return [
    ...totals.filter((line) => !isDetailed(line)),
    ...usageLines,
    ...withoutDetail(day, totals.filter(isDetailed), byService, findings),
    ...alone.flatMap(({ usageType, tagValue, unit, amounts }): CostLine[] => [
      { ...EMPTY, day, bedrockBy: 'tag', usageType, tagValue, unit, amounts },
      // It is part of the rest as that is told by service: there it counts no longer.
      { ...EMPTY, day, amounts: { unblended: -amounts.unblended, net: -amounts.net, used: 0n } },
    ]),
  ];
}

const EMPTY = {
  service: null,
  entity: 'AWS',
  bedrockBy: null,
  lineItemType: 'Usage',
  usageType: '',
  unit: '',
  tagValue: '',
} as const;

/** What the whole bill has more (or less) of a service's usage than its usage types add up to. */
function withoutDetail(
  day: Day,
  totals: readonly CostLine[],
  byService: readonly CostGroup[],
  findings: Found,
): CostLine[] {
  const details = Map.groupBy(byService, ({ keys: [service] }) => service);
  const services = new Set([...totals.map(({ service }) => service ?? ''), ...details.keys()]);
  return [...services]
    .filter((service) => productOf(service).bedrock)
    .map((service) => {
      const whole = sumOf(totals.filter((line) => line.service === service).map(({ amounts }) => amounts));
      const detail = sumOf((details.get(service) ?? []).map(amountsOf));
      const amounts = { ...less(whole, detail), used: 0n };
      findings.moved += size(amounts);
      return { ...EMPTY, day, service, entity: productOf(service).entity, bedrockBy: 'service', amounts };
    });
}

/** The Bedrock part of a usage type: each tag value's dollars, and what is left is without the tag. */
function splitUsageType(
  usageType: string,
  groups: readonly CostGroup[],
  { day, byTag, shared, bedrockOnly }: DayAnswers,
  findings: Found,
): CostLine[] {
  const bedrock = groups.filter(({ keys: [service] }) => productOf(service).bedrock);
  const [one] = bedrock;
  if (one === undefined) return [];
  const { unit } = one;
  const { entity } = productOf(one.keys[0]);
  const line = (service: string | null, tagValue: string, amounts: Amounts): CostLine => ({
    ...EMPTY,
    day,
    service,
    entity: service === null ? entity : productOf(service).entity,
    bedrockBy: 'service',
    usageType,
    unit,
    tagValue,
    amounts,
  });
  const exclusive = bedrock.length === groups.length;
  const tags = byTag.filter(({ keys }) => keys[1] === usageType);
  const tagged = tags.filter(({ keys: [value] }) => value !== '');
  if (!exclusive && !bedrockOnly) {
    for (const group of tagged) findings.tagUndecided += size(amountsOf(group));
    return bedrock.map((group) => line(group.keys[0], '', amountsOf(group)));
  }
  const untagged = less(sumOf(bedrock.map(amountsOf)), sumOf(tagged.map(amountsOf)));
  if (exclusive && tags.length > 0) {
    const told = sumOf(tags.filter(({ keys: [value] }) => value === '').map(amountsOf));
    findings.moved += size(less(untagged, told));
  }
  const parts = [
    ...tagged.map((group) => ({ value: group.keys[0], amounts: amountsOf(group) })),
    { value: '', amounts: untagged },
  ];
  const [service, ...others] = bedrock.map(({ keys }) => keys[0]);
  if (service !== undefined && others.length === 0)
    return parts.map(({ value, amounts }) => line(service, value, amounts));
  const joint = (shared.get(usageType) ?? []).filter(({ keys: [value] }) => value !== '');
  if (shared.has(usageType)) return splitShared(bedrock, joint, line);
  const [only, ...more] = parts.filter(({ amounts }) => !isNothing(amounts));
  if (only === undefined || more.length === 0) {
    return bedrock.map((group) => line(group.keys[0], only?.value ?? '', amountsOf(group)));
  }
  for (const { amounts } of parts) findings.severalServices += size(amounts);
  return parts.map(({ value, amounts }) => line(null, value, amounts));
}

/** Each service's dollars by tag value; what no tag value has is without the tag. */
function splitShared(
  bedrock: readonly CostGroup[],
  joint: readonly CostGroup[],
  line: (service: string, tagValue: string, amounts: Amounts) => CostLine,
): CostLine[] {
  return bedrock.flatMap((group) => {
    const service = group.keys[0];
    const tagged = joint.filter(({ keys }) => keys[1] === service);
    const untagged = less(amountsOf(group), sumOf(tagged.map(amountsOf)));
    return [...tagged.map((one) => line(service, one.keys[0], amountsOf(one))), line(service, '', untagged)];
  });
}

interface Tagged {
  readonly usageType: string;
  readonly tagValue: string;
  readonly unit: string;
  readonly amounts: Amounts;
}

/** Tagged dollars of usage types that no Bedrock service has. */
function taggedElsewhere(byTag: readonly CostGroup[], used: ReadonlyMap<string, readonly CostGroup[]>): Tagged[] {
  const isBedrock = (usageType: string): boolean =>
    (used.get(usageType) ?? []).some(({ keys: [service] }) => productOf(service).bedrock);
  return byTag
    .filter(({ keys: [value, usageType] }) => value !== '' && !isBedrock(usageType))
    .map((group) => ({
      tagValue: group.keys[0],
      usageType: group.keys[1],
      unit: group.unit,
      amounts: amountsOf(group),
    }));
}

/** The groups of a day by usage type, without those in which nothing was used or paid. */
function usageTypes(byService: readonly CostGroup[]): Map<string, CostGroup[]> {
  const some = byService.filter((group) => !isNothing(amountsOf(group)));
  return Map.groupBy(some, ({ keys }) => keys[1]);
}

function size({ unblended }: Amounts): bigint {
  return unblended < 0n ? -unblended : unblended;
}
