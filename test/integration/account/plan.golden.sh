#!/usr/bin/env bash
# What bursar plan found, as commands of the AWS CLI. Running it again does no harm, and helps where AWS did not know yet what was
# made a moment before.
# It does not look whether something was changed since the plan was made, and keeps no journal: bursar apply does.
set -euo pipefail
export AWS_PAGER=''

# Ends the script where the credentials are of another account.
account() {
  local found
  found=$(aws sts get-caller-identity --query Account --output text)
  [ "$found" = "$1" ] || { echo "these credentials are of account $found, not $1" >&2; exit 1; }
}

# Credentials of a role for what follows.
assume() {
  local keys
  keys=$(aws sts assume-role --role-arn "$1" --role-session-name bursar \
    --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
  read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN <<< "$keys"
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  unset AWS_PROFILE
}

# Whether a look finds nothing: only then is made what AWS does not take twice.
missing() {
  local found
  found=$(aws "$@" --output text 2> /dev/null) || found=''
  [ -z "$found" ] || [ "$found" = None ]
}

# account 111111111111
(
account 111111111111

# activate the cost allocation tag iamPrincipal/team
aws ce update-cost-allocation-tags-status --region us-east-1 --cost-allocation-tags-status '[{"TagKey":"iamPrincipal/team","Status":"Active"}]'

# ask AWS to mark past lines from 2026-04 on with iamPrincipal/team
if missing ce list-cost-allocation-tag-backfill-history --region us-east-1 --query 'BackfillRequests[?BackfillStatus=='\''PROCESSING'\''].BackfillFrom'; then
  aws ce start-cost-allocation-tag-backfill --region us-east-1 --backfill-from 2026-04-01T00:00:00Z
fi

# make the bucket acme-billing in eu-central-1
if missing s3api list-buckets --query 'Buckets[?Name=='\''acme-billing'\''].Name'; then
  aws s3api create-bucket --bucket acme-billing --region eu-central-1 --create-bucket-configuration LocationConstraint=eu-central-1
fi

# block public access to the bucket acme-billing
aws s3api put-public-access-block --bucket acme-billing --expected-bucket-owner 111111111111 --region eu-central-1 --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true

# encrypt what is put into the bucket acme-billing, with keys that S3 looks after (SSE-S3)
aws s3api put-bucket-encryption --bucket acme-billing --expected-bucket-owner 111111111111 --region eu-central-1 --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'

# let AWS Data Exports deliver into the bucket acme-billing
# This replaces the whole, as it was when the plan was made with the change in it.
aws s3api put-bucket-policy --bucket acme-billing --expected-bucket-owner 111111111111 --region eu-central-1 --policy '{"Version":"2012-10-17","Statement":[{"Sid":"EnableAWSDataExportsToWriteToS3","Effect":"Allow","Principal":{"Service":"bcm-data-exports.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing/*","Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"},"ArnLike":{"aws:SourceArn":"arn:aws:bcm-data-exports:us-east-1:111111111111:export/*"}}}]}'

# make the CUR 2.0 export bursar with the names of callers (daily), delivered to s3://acme-billing/cur/bursar/
if missing bcm-data-exports list-exports --region us-east-1 --query 'Exports[?ExportName=='\''bursar'\''].ExportName'; then
  aws bcm-data-exports create-export --region us-east-1 --export '{"Name":"bursar","Description":"Made by Bursar: the bill with the names of callers.","DataQuery":{"QueryStatement":"SELECT bill_bill_type, bill_billing_entity, bill_billing_period_end_date, bill_billing_period_start_date, bill_invoice_id, bill_invoicing_entity, bill_payer_account_id, bill_payer_account_name, cost_category, discount, discount_bundled_discount, discount_total_discount, identity_line_item_id, identity_time_interval, line_item_availability_zone, line_item_blended_cost, line_item_blended_rate, line_item_currency_code, line_item_iam_principal, line_item_legal_entity, line_item_line_item_description, line_item_line_item_type, line_item_net_unblended_cost, line_item_net_unblended_rate, line_item_normalization_factor, line_item_normalized_usage_amount, line_item_operation, line_item_product_code, line_item_tax_type, line_item_unblended_cost, line_item_unblended_rate, line_item_usage_account_id, line_item_usage_account_name, line_item_usage_amount, line_item_usage_end_date, line_item_usage_start_date, line_item_usage_type, line_item_user_identifier, pricing_currency, pricing_lease_contract_length, pricing_offering_class, pricing_public_on_demand_cost, pricing_public_on_demand_rate, pricing_purchase_option, pricing_rate_code, pricing_rate_id, pricing_term, pricing_unit, product, product_comment, product_fee_code, product_fee_description, product_from_location, product_from_location_type, product_from_region_code, product_instance_family, product_instance_type, product_instancesku, product_location, product_location_type, product_operation, product_pricing_unit, product_product_family, product_region_code, product_servicecode, product_sku, product_to_location, product_to_location_type, product_to_region_code, product_usagetype, reservation_amortized_upfront_cost_for_usage, reservation_amortized_upfront_fee_for_billing_period, reservation_availability_zone, reservation_effective_cost, reservation_end_time, reservation_modification_status, reservation_net_amortized_upfront_cost_for_usage, reservation_net_amortized_upfront_fee_for_billing_period, reservation_net_effective_cost, reservation_net_recurring_fee_for_usage, reservation_net_unused_amortized_upfront_fee_for_billing_period, reservation_net_unused_recurring_fee, reservation_net_upfront_value, reservation_normalized_units_per_reservation, reservation_number_of_reservations, reservation_recurring_fee_for_usage, reservation_reservation_a_r_n, reservation_start_time, reservation_subscription_id, reservation_total_reserved_normalized_units, reservation_total_reserved_units, reservation_units_per_reservation, reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_normalized_unit_quantity, reservation_unused_quantity, reservation_unused_recurring_fee, reservation_upfront_value, resource_tags, savings_plan_amortized_upfront_commitment_for_billing_period, savings_plan_end_time, savings_plan_instance_type_family, savings_plan_net_amortized_upfront_commitment_for_billing_period, savings_plan_net_recurring_commitment_for_billing_period, savings_plan_net_savings_plan_effective_cost, savings_plan_offering_type, savings_plan_payment_option, savings_plan_purchase_term, savings_plan_recurring_commitment_for_billing_period, savings_plan_region, savings_plan_savings_plan_a_r_n, savings_plan_savings_plan_effective_cost, savings_plan_savings_plan_rate, savings_plan_start_time, savings_plan_total_commitment_to_date, savings_plan_used_commitment, tags FROM COST_AND_USAGE_REPORT","TableConfigurations":{"COST_AND_USAGE_REPORT":{"TIME_GRANULARITY":"DAILY","INCLUDE_RESOURCES":"FALSE","INCLUDE_IAM_PRINCIPAL_DATA":"TRUE","INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY":"FALSE","INCLUDE_SPLIT_COST_ALLOCATION_DATA":"FALSE"}}},"DestinationConfigurations":{"S3Destination":{"S3Bucket":"acme-billing","S3Prefix":"cur","S3Region":"eu-central-1","S3OutputConfigurations":{"OutputType":"CUSTOM","Format":"PARQUET","Compression":"PARQUET","Overwrite":"OVERWRITE_REPORT"}}},"RefreshCadence":{"Frequency":"SYNCHRONOUS"}}'
fi

# make the database bursar in the Data Catalog of eu-central-1
if missing glue get-databases --region eu-central-1 --query 'DatabaseList[?Name=='\''bursar'\''].Name'; then
  aws glue create-database --region eu-central-1 --database-input '{"Name":"bursar","Description":"Made by Bursar: the AWS bill."}'
fi

# make the table bursar.cur over s3://acme-billing/cur/bursar/data/ (116 columns, a partition a month)
if missing glue get-tables --region eu-central-1 --database-name bursar --query 'TableList[?Name=='\''cur'\''].Name'; then
  aws glue create-table --region eu-central-1 --database-name bursar --table-input '{"Name":"cur","TableType":"EXTERNAL_TABLE","Parameters":{"bursar.table":"cur","EXTERNAL":"TRUE","classification":"parquet","projection.enabled":"true","projection.billing_period.type":"date","projection.billing_period.format":"yyyy-MM","projection.billing_period.range":"2023-11,NOW","projection.billing_period.interval":"1","projection.billing_period.interval.unit":"MONTHS","storage.location.template":"s3://acme-billing/cur/bursar/data/BILLING_PERIOD=${billing_period}/"},"PartitionKeys":[{"Name":"billing_period","Type":"string"}],"StorageDescriptor":{"Location":"s3://acme-billing/cur/bursar/data/","Columns":[{"Name":"bill_bill_type","Type":"string"},{"Name":"bill_billing_entity","Type":"string"},{"Name":"bill_billing_period_end_date","Type":"timestamp"},{"Name":"bill_billing_period_start_date","Type":"timestamp"},{"Name":"bill_invoice_id","Type":"string"},{"Name":"bill_invoicing_entity","Type":"string"},{"Name":"bill_payer_account_id","Type":"string"},{"Name":"bill_payer_account_name","Type":"string"},{"Name":"cost_category","Type":"map<string,string>"},{"Name":"discount","Type":"map<string,double>"},{"Name":"discount_bundled_discount","Type":"double"},{"Name":"discount_total_discount","Type":"double"},{"Name":"identity_line_item_id","Type":"string"},{"Name":"identity_time_interval","Type":"string"},{"Name":"line_item_availability_zone","Type":"string"},{"Name":"line_item_blended_cost","Type":"double"},{"Name":"line_item_blended_rate","Type":"string"},{"Name":"line_item_currency_code","Type":"string"},{"Name":"line_item_iam_principal","Type":"string"},{"Name":"line_item_legal_entity","Type":"string"},{"Name":"line_item_line_item_description","Type":"string"},{"Name":"line_item_line_item_type","Type":"string"},{"Name":"line_item_net_unblended_cost","Type":"double"},{"Name":"line_item_net_unblended_rate","Type":"string"},{"Name":"line_item_normalization_factor","Type":"double"},{"Name":"line_item_normalized_usage_amount","Type":"double"},{"Name":"line_item_operation","Type":"string"},{"Name":"line_item_product_code","Type":"string"},{"Name":"line_item_tax_type","Type":"string"},{"Name":"line_item_unblended_cost","Type":"double"},{"Name":"line_item_unblended_rate","Type":"string"},{"Name":"line_item_usage_account_id","Type":"string"},{"Name":"line_item_usage_account_name","Type":"string"},{"Name":"line_item_usage_amount","Type":"double"},{"Name":"line_item_usage_end_date","Type":"timestamp"},{"Name":"line_item_usage_start_date","Type":"timestamp"},{"Name":"line_item_usage_type","Type":"string"},{"Name":"line_item_user_identifier","Type":"string"},{"Name":"pricing_currency","Type":"string"},{"Name":"pricing_lease_contract_length","Type":"string"},{"Name":"pricing_offering_class","Type":"string"},{"Name":"pricing_public_on_demand_cost","Type":"double"},{"Name":"pricing_public_on_demand_rate","Type":"string"},{"Name":"pricing_purchase_option","Type":"string"},{"Name":"pricing_rate_code","Type":"string"},{"Name":"pricing_rate_id","Type":"string"},{"Name":"pricing_term","Type":"string"},{"Name":"pricing_unit","Type":"string"},{"Name":"product","Type":"map<string,string>"},{"Name":"product_comment","Type":"string"},{"Name":"product_fee_code","Type":"string"},{"Name":"product_fee_description","Type":"string"},{"Name":"product_from_location","Type":"string"},{"Name":"product_from_location_type","Type":"string"},{"Name":"product_from_region_code","Type":"string"},{"Name":"product_instance_family","Type":"string"},{"Name":"product_instance_type","Type":"string"},{"Name":"product_instancesku","Type":"string"},{"Name":"product_location","Type":"string"},{"Name":"product_location_type","Type":"string"},{"Name":"product_operation","Type":"string"},{"Name":"product_pricing_unit","Type":"string"},{"Name":"product_product_family","Type":"string"},{"Name":"product_region_code","Type":"string"},{"Name":"product_servicecode","Type":"string"},{"Name":"product_sku","Type":"string"},{"Name":"product_to_location","Type":"string"},{"Name":"product_to_location_type","Type":"string"},{"Name":"product_to_region_code","Type":"string"},{"Name":"product_usagetype","Type":"string"},{"Name":"reservation_amortized_upfront_cost_for_usage","Type":"double"},{"Name":"reservation_amortized_upfront_fee_for_billing_period","Type":"double"},{"Name":"reservation_availability_zone","Type":"string"},{"Name":"reservation_effective_cost","Type":"double"},{"Name":"reservation_end_time","Type":"string"},{"Name":"reservation_modification_status","Type":"string"},{"Name":"reservation_net_amortized_upfront_cost_for_usage","Type":"double"},{"Name":"reservation_net_amortized_upfront_fee_for_billing_period","Type":"double"},{"Name":"reservation_net_effective_cost","Type":"double"},{"Name":"reservation_net_recurring_fee_for_usage","Type":"double"},{"Name":"reservation_net_unused_amortized_upfront_fee_for_billing_period","Type":"double"},{"Name":"reservation_net_unused_recurring_fee","Type":"double"},{"Name":"reservation_net_upfront_value","Type":"double"},{"Name":"reservation_normalized_units_per_reservation","Type":"string"},{"Name":"reservation_number_of_reservations","Type":"string"},{"Name":"reservation_recurring_fee_for_usage","Type":"double"},{"Name":"reservation_reservation_a_r_n","Type":"string"},{"Name":"reservation_start_time","Type":"string"},{"Name":"reservation_subscription_id","Type":"string"},{"Name":"reservation_total_reserved_normalized_units","Type":"string"},{"Name":"reservation_total_reserved_units","Type":"string"},{"Name":"reservation_units_per_reservation","Type":"string"},{"Name":"reservation_unused_amortized_upfront_fee_for_billing_period","Type":"double"},{"Name":"reservation_unused_normalized_unit_quantity","Type":"double"},{"Name":"reservation_unused_quantity","Type":"double"},{"Name":"reservation_unused_recurring_fee","Type":"double"},{"Name":"reservation_upfront_value","Type":"double"},{"Name":"resource_tags","Type":"map<string,string>"},{"Name":"savings_plan_amortized_upfront_commitment_for_billing_period","Type":"double"},{"Name":"savings_plan_end_time","Type":"string"},{"Name":"savings_plan_instance_type_family","Type":"string"},{"Name":"savings_plan_net_amortized_upfront_commitment_for_billing_period","Type":"double"},{"Name":"savings_plan_net_recurring_commitment_for_billing_period","Type":"double"},{"Name":"savings_plan_net_savings_plan_effective_cost","Type":"double"},{"Name":"savings_plan_offering_type","Type":"string"},{"Name":"savings_plan_payment_option","Type":"string"},{"Name":"savings_plan_purchase_term","Type":"string"},{"Name":"savings_plan_recurring_commitment_for_billing_period","Type":"double"},{"Name":"savings_plan_region","Type":"string"},{"Name":"savings_plan_savings_plan_a_r_n","Type":"string"},{"Name":"savings_plan_savings_plan_effective_cost","Type":"double"},{"Name":"savings_plan_savings_plan_rate","Type":"double"},{"Name":"savings_plan_start_time","Type":"string"},{"Name":"savings_plan_total_commitment_to_date","Type":"double"},{"Name":"savings_plan_used_commitment","Type":"double"},{"Name":"tags","Type":"map<string,string>"}],"InputFormat":"org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat","OutputFormat":"org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat","SerdeInfo":{"SerializationLibrary":"org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"}}}'
fi

# make the Athena workgroup bursar: a query may read 100 GB at most; answers, encrypted, go to s3://acme-billing/athena-results/
if missing athena list-work-groups --region eu-central-1 --query 'WorkGroups[?Name=='\''bursar'\''].Name'; then
  aws athena create-work-group --region eu-central-1 --name bursar --description 'Made by Bursar: a limit for what one query may read.' --configuration '{"EnforceWorkGroupConfiguration":true,"BytesScannedCutoffPerQuery":100000000000,"ResultConfiguration":{"OutputLocation":"s3://acme-billing/athena-results/","EncryptionConfiguration":{"EncryptionOption":"SSE_S3"}}}'
fi
)

# account 222222222222
(
assume arn:aws:iam::222222222222:role/OrganizationAccountAccessRole
account 222222222222

# let Identity Center pass team = ${path:enterprise.department} as session tags
# This replaces the whole, as it was when the plan was made with the change in it.
if missing sso-admin describe-instance-access-control-attribute-configuration --region eu-central-1 --instance-arn arn:aws:sso:::instance/ssoins-7223bursar000001 --query 'InstanceAccessControlAttributeConfiguration.AccessControlAttributes[?Key=='\''team'\'' && Value.Source[0]=='\''${path:enterprise.department}'\''].Key'; then
  aws sso-admin create-instance-access-control-attribute-configuration --region eu-central-1 --instance-arn arn:aws:sso:::instance/ssoins-7223bursar000001 --instance-access-control-attribute-configuration '{"AccessControlAttributes":[{"Key":"team","Value":{"Source":["${path:enterprise.department}"]}}]}'
fi
)

# account 333333333333
(
assume arn:aws:iam::333333333333:role/OrganizationAccountAccessRole
account 333333333333

# tag role checkout: team = Payments + co = 1 (was old), cost-center = 4200
aws iam tag-role --role-name checkout --tags '[{"Key":"team","Value":"Payments + co = 1"},{"Key":"cost-center","Value":"4200"}]'

# tag role search: team = search
aws iam tag-role --role-name search --tags '[{"Key":"team","Value":"search"}]'
)

# account 012345678901
(
assume arn:aws:iam::012345678901:role/OrganizationAccountAccessRole
account 012345678901

# tag user robot: team = research
aws iam tag-user --user-name robot --tags '[{"Key":"team","Value":"research"}]'
)

# not done: tag role search: team = search in account 012345678901. It belongs to Terraform (tag terraform = true).
