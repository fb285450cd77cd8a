import { describe, expect, test } from 'vitest';
import { LOADS, OFFERS, REGIONS, UNIT_PARTS } from './catalogue.ts';
import { PROFILES } from './profiles.ts';

const meters = OFFERS.flatMap((offer) =>
  offer.meters.map(([usageType, kind, price, ...facets]) => ({ offer, usageType, kind, price, facets })),
);

describe('each offer', () => {
  test.each(OFFERS)('$key has a key of its own, known regions, a known unit, and callers', (offer) => {
    expect(OFFERS.filter(({ key }) => key === offer.key)).toHaveLength(1);
    expect(Object.keys(REGIONS)).toEqual(expect.arrayContaining([...offer.regions]));
    expect(UNIT_PARTS).toHaveProperty(offer.unit);
    expect(Object.values(PROFILES).some((profile) => offer.key in profile)).toBe(true);
  });

  test('profiles name no other offers', () => {
    const keys = OFFERS.map(({ key }) => key);
    for (const profile of Object.values(PROFILES)) expect(keys).toEqual(expect.arrayContaining(Object.keys(profile)));
  });
});

describe('each meter', () => {
  test.each(meters)('$offer.key $usageType costs a whole number of 1e-10 USD', ({ offer, kind, price }) => {
    const perPart = kind === null ? price * 1e7 : price * 1e4;
    expect(Math.abs(perPart - Math.round(perPart))).toBeLessThan(1e-6);
    const listed = (Math.round(perPart) * (offer.listPercent ?? 100)) / 100;
    expect(Number.isInteger(listed)).toBe(true);
  });

  test.each(meters)('$offer.key $usageType has a load and is no double', ({ offer, usageType, kind }) => {
    if (kind !== null) expect(LOADS[offer.load]).toHaveProperty(kind);
    expect(usageType).toContain('{R}');
    expect(offer.meters.filter(([other]) => other === usageType)).toHaveLength(1);
  });
});

test('the catalogue has every product-code family, token kind, tier, routing, unit and endpoint', () => {
  const distinct = (values: readonly unknown[]): unknown[] => [...new Set(values)];
  const codes = distinct(OFFERS.map(({ productCode }) => productCode.replace(/^[0-9a-z]{20,}$/, 'opaque')));
  expect(codes).toEqual(
    expect.arrayContaining([
      'AmazonBedrock',
      'AmazonBedrockService',
      'AmazonBedrockFoundationModels',
      'AmazonBedrockAgentCore',
      'opaque',
    ]),
  );
  expect(distinct(meters.map(({ kind }) => kind)).sort()).toEqual(
    ['cache-read', 'cache-write', 'input', 'output', null].sort(),
  );
  expect(distinct(meters.flatMap(({ facets }) => facets)).sort()).toEqual(
    [
      '1h',
      '30m',
      'batch',
      'flex',
      'global',
      'latency-optimized',
      'long-context',
      'priority',
      'provisioned',
      'reserved',
    ].sort(),
  );
  expect(distinct(OFFERS.map(({ unit }) => unit))).toEqual(expect.arrayContaining(['1K tokens', '1M tokens', 'Units']));
  expect(distinct(OFFERS.map(({ endpoint }) => endpoint)).sort()).toEqual(['mantle', null, 'runtime'].sort());
});
