import { expect, test } from 'vitest';
import { CUR_COLUMNS } from './columns.ts';

test('the columns of CUR 2.0 with resources, principals and capacity reservations, without split cost allocation', () => {
  const count = (prefix: string): number => Object.keys(CUR_COLUMNS).filter((name) => name.startsWith(prefix)).length;
  expect(Object.keys(CUR_COLUMNS)).toHaveLength(120);
  expect(count('reservation_')).toBe(27);
  expect(count('savings_plan_')).toBe(17);
  expect(count('split_line_item_')).toBe(0);
  expect(CUR_COLUMNS).not.toHaveProperty('product_product_name');
});

test('physical types', () => {
  expect(CUR_COLUMNS).toMatchObject({
    bill_billing_period_start_date: 'TIMESTAMP_NS',
    discount: 'MAP(VARCHAR, DOUBLE)',
    line_item_iam_principal: 'VARCHAR',
    line_item_unblended_cost: 'DOUBLE',
    line_item_usage_account_id: 'VARCHAR',
    line_item_usage_start_date: 'TIMESTAMP_NS',
    product: 'MAP(VARCHAR, VARCHAR)',
    reservation_end_time: 'VARCHAR',
    savings_plan_savings_plan_rate: 'DOUBLE',
    tags: 'MAP(VARCHAR, VARCHAR)',
  });
});
