import { describe, expect, it } from 'vitest';
import { isUsage } from './line-item.ts';

describe('line types', () => {
  it.each(['Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'])('%s meters usage', (type) => {
    expect(isUsage(type)).toBe(true);
  });

  it.each([
    'Tax',
    'Credit',
    'Refund',
    'Fee',
    'RIFee',
    'SavingsPlanNegation',
    'SavingsPlanRecurringFee',
    'SavingsPlanUpfrontFee',
    'FlatRateSubscription',
    'EdpDiscount',
    'BundledDiscount',
    'PrivateRateDiscount',
    'usage',
    '',
    null,
  ])('%s only corrects cost', (type) => {
    expect(isUsage(type)).toBe(false);
  });
});
