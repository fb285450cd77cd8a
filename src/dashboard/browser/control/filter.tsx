import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import { useState } from 'react';
import { NONE } from '../../../domain/allocation.ts';
import type { StatusBody } from '../../api/status.ts';
import type { ValuesBody } from '../../api/values.ts';
import { amount, title } from '../format.ts';
import { type Address, scopeParameters } from '../state/address.ts';
import { readFilter, writeFilter } from '../state/filter-text.ts';
import { afresh } from '../state/levels.ts';
import { apiPath, useAnswer } from '../state/use-answer.ts';

/** How a value that is really called "(none)" is told from none. */
const CALLED_NONE = '\u200b(none)';

/** Which lines are looked at, as in Cost Explorer: all conditions hold at once. */
export function Filter({
  address,
  status,
  go,
}: {
  readonly address: Address;
  readonly status: StatusBody;
  readonly go: (next: Address) => void;
}): React.ReactNode {
  const [sought, setSought] = useState<{ dimension: string; text: string } | null>(null);
  const asked = useAnswer<ValuesBody>(
    sought === null
      ? null
      : apiPath('values', [
          ...scopeParameters(address),
          ['dimension', sought.dimension],
          ['containing', sought.text],
          ['size', '100'],
        ]),
  );
  const found = sought !== null && asked.value?.dimension === sought.dimension ? asked.value : null;
  return (
    <PropertyFilter
      query={{ operation: 'and', tokens: address.where.flatMap(tokenOf) }}
      onChange={({ detail }) => go(afresh({ ...address, where: detail.tokens.flatMap(textOf) }))}
      filteringProperties={
        status.dimensions.map(({ name, own }) => ({
          key: name,
          propertyLabel: title(name),
          groupValuesLabel: `Values of ${name.replaceAll('-', ' ')}`,
          group: own ? undefined : 'built-in',
          operators: ['=', '!='].map((operator) => ({
            operator,
            tokenType: 'enum' as const,
          })) as PropertyFilterProps.FilteringProperty['operators'] & {},
        })) as PropertyFilterProps.FilteringProperty[]
      }
      customGroupsText={[{ properties: 'Who called, and what was used', values: 'Values', group: 'built-in' }]}
      filteringOptions={(found?.values ?? []).map(({ value, cost }) => ({
        propertyKey: found?.dimension ?? '',
        value: fieldOf(value),
        label: `${fieldOf(value)}  ·  ${amount(cost, found?.currency ?? 'USD')}`,
      }))}
      filteringStatusType={asked.loading && sought !== null ? 'loading' : asked.failure !== null ? 'error' : 'finished'}
      filteringLoadingText="Looking for values"
      filteringErrorText="The values could not be asked for"
      filteringEmpty="No such value"
      onLoadItems={({ detail }) => {
        const dimension = detail.filteringProperty?.key;
        setSought(dimension === undefined ? null : { dimension, text: detail.filteringText.slice(0, 200) });
      }}
      disableFreeTextFiltering
      readOnlyOperations
      expandToViewport
      filteringPlaceholder="Filter by any dimension"
      filteringAriaLabel="Filter by any dimension"
    />
  );
}

function tokenOf(text: string): PropertyFilterProps.Token[] {
  const filter = readFilter(text);
  if (filter === null) return [];
  const { dimension, negated, values } = filter;
  return [{ propertyKey: dimension, operator: negated ? '!=' : '=', value: values.map(fieldOf) }];
}

function textOf({ propertyKey, operator, value }: PropertyFilterProps.Token): string[] {
  const values: string[] = Array.isArray(value) ? value : [String(value)];
  if (propertyKey === undefined || values.length === 0) return [];
  return [writeFilter({ dimension: propertyKey, negated: operator === '!=', values: values.map(valueBehind) })];
}

function fieldOf(value: string | null): string {
  if (value === null) return NONE;
  return value === NONE ? CALLED_NONE : value;
}

function valueBehind(field: string): string | null {
  if (field === NONE) return null;
  return field === CALLED_NONE ? NONE : field;
}
