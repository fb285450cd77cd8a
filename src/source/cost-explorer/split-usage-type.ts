import type { CostDay, CostGroup } from '../../aws/read/cost-explorer.ts';
import type { Day } from '../../domain/period.ts';
import { type Amounts, amountsOf, isNothing, less, sumOf } from './amounts.ts';
import { productOf } from './bedrock-service.ts';
import { type CostLine, type Found, PLAIN_LINE, size } from './cost-line.ts';

/** What Cost Explorer says of one day, by each of its questions. */
export interface DayAnswers {
  readonly day: Day;
  readonly wholeBill: readonly CostGroup[];
  readonly byService: readonly CostGroup[];
  readonly byTag: readonly CostGroup[];
  /** by usage type */
  readonly shared: ReadonlyMap<string, readonly CostGroup[]>;
  /** whether a tag value says that the dollars are Bedrock's */
  readonly bedrockOnly: boolean;
}

/** The groups of a day by usage type, without those in which nothing was used or paid. */
export function byUsageType(byService: readonly CostGroup[]): Map<string, CostGroup[]> {
  const some = byService.filter((group) => !isNothing(amountsOf(group)));
  return Map.groupBy(some, ({ keys }) => keys[1]);
}

/** The usage types of which the answers by service and by tag do not tell which tag value used which service. */
export function sharedUsageTypes(byService: readonly CostDay[], byTag: readonly CostDay[]): string[] {
  const found = new Set<string>();
  for (const { day, groups } of byService) {
    const tagged = byTag.find((one) => one.day === day)?.groups ?? [];
    for (const [usageType, own] of byUsageType(groups)) {
      if (own.filter(isOfBedrock).length < 2) continue;
      const values = tagged.filter((group) => group.keys[1] === usageType && !isNothing(amountsOf(group)));
      if (values.length > 1) found.add(usageType);
    }
  }
  return [...found].sort();
}

/**
 * The Bedrock part of a usage type on a day: what each tag value has, and what is left is without the tag.
 * @param groups of the usage type, by service
 */
export function splitUsageType(
  usageType: string,
  groups: readonly CostGroup[],
  answers: DayAnswers,
  findings: Found,
): CostLine[] {
  const bedrock = groups.filter(isOfBedrock);
  const [first, ...others] = bedrock;
  if (first === undefined) return [];
  const line = (service: string | null, tagValue: string, amounts: Amounts): CostLine => ({
    ...PLAIN_LINE,
    day: answers.day,
    service,
    // Only Marketplace products share usage types.
    entity: productOf(service ?? first.keys[0]).entity,
    bedrockBy: 'service',
    usageType,
    unit: first.unit,
    tagValue,
    amounts,
  });
  const tags = answers.byTag.filter(({ keys }) => keys[1] === usageType);
  const exclusive = bedrock.length === groups.length;
  if (!exclusive && !answers.bedrockOnly) {
    findings.tagUndecided += sizeOf(tags.filter(isTagged));
    return bedrock.map((group) => line(group.keys[0], '', amountsOf(group)));
  }
  const parts = partsOf(bedrock, tags, exclusive, findings);
  if (others.length === 0) return parts.map(({ value, amounts }) => line(first.keys[0], value, amounts));
  const joint = answers.shared.get(usageType);
  if (joint !== undefined) return splitShared(bedrock, joint.filter(isTagged), line);
  const [only, ...more] = parts.filter(({ amounts }) => !isNothing(amounts));
  if (more.length === 0) return bedrock.map((group) => line(group.keys[0], only?.value ?? '', amountsOf(group)));
  for (const { amounts } of parts) findings.severalServices += size(amounts);
  return parts.map(({ value, amounts }) => line(null, value, amounts));
}

interface Part {
  /** `''` = without the tag */
  readonly value: string;
  readonly amounts: Amounts;
}

/** Bedrock's dollars of a usage type by tag value. What is without the tag is what is left. */
function partsOf(
  bedrock: readonly CostGroup[],
  tags: readonly CostGroup[],
  exclusive: boolean,
  findings: Found,
): Part[] {
  const tagged = tags.filter(isTagged).map((group): Part => ({ value: group.keys[0], amounts: amountsOf(group) }));
  const untagged = less(sumOf(bedrock.map(amountsOf)), sumOf(tagged.map(({ amounts }) => amounts)));
  const told = sumOf(tags.filter((group) => !isTagged(group)).map(amountsOf));
  if (exclusive) findings.moved += size(less(untagged, told));
  // Of another service's dollars no more can be taken than there are.
  else if (untagged.unblended < 0n) findings.moved += size(untagged);
  return [...tagged, { value: '', amounts: untagged }];
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

function isOfBedrock({ keys: [service] }: CostGroup): boolean {
  return productOf(service).bedrock;
}

function isTagged({ keys: [value] }: CostGroup): boolean {
  return value !== '';
}

function sizeOf(groups: readonly CostGroup[]): bigint {
  return groups.reduce((sum, group) => sum + size(amountsOf(group)), 0n);
}
