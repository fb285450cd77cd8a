import type { CostDay, CostGroup } from '../../aws/read/cost-explorer.ts';
import { isUsage } from '../../domain/line-item.ts';
import type { Day } from '../../domain/period.ts';
import { type Amounts, amountsOf, isNothing, less, sumOf } from './amounts.ts';
import { lineItemType, productOf } from './bedrock-service.ts';
import { type CostLine, type Findings, type Found, PLAIN_LINE, size } from './cost-line.ts';
import { byUsageType, type DayAnswers, splitUsageType } from './split-usage-type.ts';

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

interface Split {
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

function splitDay(answers: DayAnswers, findings: Found): CostLine[] {
  const { day, wholeBill, byService, byTag } = answers;
  const used = byUsageType(byService);
  const usageLines = [...used].flatMap(([usageType, groups]) => splitUsageType(usageType, groups, answers, findings));
  const alone = answers.bedrockOnly ? taggedElsewhere(byTag, used) : [];
  for (const { amounts } of alone) findings.byTagAlone += size(amounts);
  const totals = wholeBill.map((group): CostLine => {
    const [service, recordType] = group.keys;
    return {
      ...PLAIN_LINE,
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
      { ...PLAIN_LINE, day, bedrockBy: 'tag', usageType, tagValue, unit, amounts },
      // It is part of the rest as that is told by service: there it counts no longer.
      { ...PLAIN_LINE, day, amounts: { unblended: -amounts.unblended, net: -amounts.net, used: 0n } },
    ]),
  ];
}

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
      return { ...PLAIN_LINE, day, service, entity: productOf(service).entity, bedrockBy: 'service', amounts };
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
