/** Physical types as DuckDB reads them back from the Parquet files that AWS Data Exports delivers. */
export type ColumnType = 'VARCHAR' | 'DOUBLE' | 'TIMESTAMP_NS' | 'MAP(VARCHAR, VARCHAR)' | 'MAP(VARCHAR, DOUBLE)';

const typed = (type: ColumnType, prefix: string, names: string): [string, ColumnType][] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [prefix + name, type]);

/**
 * Every column of a CUR 2.0 export with resources and IAM principals but without split cost allocation, and its type.
 * Source: the CUR 2.0 table dictionary, https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html
 */
export const CUR_COLUMNS: Readonly<Record<string, ColumnType>> = Object.fromEntries(
  [
    ...typed(
      'VARCHAR',
      'bill_',
      'bill_type billing_entity invoice_id invoicing_entity payer_account_id payer_account_name',
    ),
    ...typed('TIMESTAMP_NS', 'bill_', 'billing_period_end_date billing_period_start_date'),
    ...typed(
      'VARCHAR',
      'capacity_reservation_',
      'capacity_reservation_arn capacity_reservation_status capacity_reservation_type',
    ),
    ...typed('MAP(VARCHAR, VARCHAR)', '', 'cost_category resource_tags tags product'),
    ...typed('MAP(VARCHAR, DOUBLE)', '', 'discount'),
    ...typed('DOUBLE', 'discount_', 'bundled_discount total_discount'),
    ...typed('VARCHAR', 'identity_', 'line_item_id time_interval'),
    ...typed(
      'VARCHAR',
      'line_item_',
      `availability_zone blended_rate currency_code iam_principal legal_entity line_item_description line_item_type
       net_unblended_rate operation product_code resource_id tax_type unblended_rate usage_account_id
       usage_account_name usage_type user_identifier`,
    ),
    ...typed(
      'DOUBLE',
      'line_item_',
      'blended_cost net_unblended_cost normalization_factor normalized_usage_amount unblended_cost usage_amount',
    ),
    ...typed('TIMESTAMP_NS', 'line_item_', 'usage_end_date usage_start_date'),
    ...typed(
      'VARCHAR',
      'pricing_',
      `currency lease_contract_length offering_class public_on_demand_rate purchase_option rate_code rate_id term unit`,
    ),
    ...typed('DOUBLE', 'pricing_', 'public_on_demand_cost'),
    ...typed(
      'VARCHAR',
      'product_',
      `comment fee_code fee_description from_location from_location_type from_region_code instance_family
       instance_type instancesku location location_type operation pricing_unit product_family region_code servicecode
       sku to_location to_location_type to_region_code usagetype`,
    ),
    ...typed(
      'DOUBLE',
      'reservation_',
      `amortized_upfront_cost_for_usage amortized_upfront_fee_for_billing_period effective_cost
       net_amortized_upfront_cost_for_usage net_amortized_upfront_fee_for_billing_period net_effective_cost
       net_recurring_fee_for_usage net_unused_amortized_upfront_fee_for_billing_period net_unused_recurring_fee
       net_upfront_value recurring_fee_for_usage unused_amortized_upfront_fee_for_billing_period
       unused_normalized_unit_quantity unused_quantity unused_recurring_fee upfront_value`,
    ),
    ...typed(
      'VARCHAR',
      'reservation_',
      `availability_zone end_time modification_status normalized_units_per_reservation number_of_reservations
       reservation_a_r_n start_time subscription_id total_reserved_normalized_units total_reserved_units
       units_per_reservation`,
    ),
    ...typed(
      'DOUBLE',
      'savings_plan_',
      `amortized_upfront_commitment_for_billing_period net_amortized_upfront_commitment_for_billing_period
       net_recurring_commitment_for_billing_period net_savings_plan_effective_cost
       recurring_commitment_for_billing_period savings_plan_effective_cost savings_plan_rate
       total_commitment_to_date used_commitment`,
    ),
    ...typed(
      'VARCHAR',
      'savings_plan_',
      `end_time instance_type_family offering_type payment_option purchase_term region savings_plan_a_r_n start_time`,
    ),
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);

/** Of an export made without identity data: INCLUDE_IAM_PRINCIPAL_DATA is not TRUE. */
export const WITHOUT_PRINCIPAL: typeof CUR_COLUMNS = Object.fromEntries(
  Object.entries(CUR_COLUMNS).filter(([name]) => name !== 'line_item_iam_principal'),
);
