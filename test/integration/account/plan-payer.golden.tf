# What bursar plan found for account 111111111111.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      "source"  = "hashicorp/aws"
      "version" = ">= 5.42"
    }
  }
}

provider "aws" {
  region = "us-east-1"
  allowed_account_ids = [
    "111111111111",
  ]
}

provider "aws" {
  alias  = "eu_central_1"
  region = "eu-central-1"
  allowed_account_ids = [
    "111111111111",
  ]
}

# activate the cost allocation tag iamPrincipal/team
resource "aws_ce_cost_allocation_tag" "iamprincipal_team" {
  tag_key = "iamPrincipal/team"
  status  = "Active"
}

# not here, Terraform has no resource for it: ask AWS to mark past lines from 2026-04 on with iamPrincipal/team

# make the bucket acme-billing in eu-central-1
resource "aws_s3_bucket" "acme_billing" {
  provider = aws.eu_central_1

  bucket = "acme-billing"
}

# block public access to the bucket acme-billing
resource "aws_s3_bucket_public_access_block" "acme_billing" {
  provider = aws.eu_central_1

  bucket                  = aws_s3_bucket.acme_billing.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

# encrypt what is put into the bucket acme-billing, with keys that S3 looks after (SSE-S3)
resource "aws_s3_bucket_server_side_encryption_configuration" "acme_billing" {
  provider = aws.eu_central_1

  bucket = aws_s3_bucket.acme_billing.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# let AWS Data Exports deliver into the bucket acme-billing
resource "aws_s3_bucket_policy" "acme_billing" {
  provider = aws.eu_central_1

  bucket = aws_s3_bucket.acme_billing.id
  policy = jsonencode({
    "Version" = "2012-10-17"
    "Statement" = [
      {
        "Sid"    = "EnableAWSDataExportsToWriteToS3"
        "Effect" = "Allow"
        "Principal" = {
          "Service" = "bcm-data-exports.amazonaws.com"
        }
        "Action"   = "s3:PutObject"
        "Resource" = "arn:aws:s3:::acme-billing/*"
        "Condition" = {
          "StringEquals" = {
            "aws:SourceAccount" = "111111111111"
          }
          "ArnLike" = {
            "aws:SourceArn" = "arn:aws:bcm-data-exports:us-east-1:111111111111:export/*"
          }
        }
      },
    ]
  })
  depends_on = [aws_s3_bucket_public_access_block.acme_billing]
}

# make the CUR 2.0 export bursar with the names of callers (daily), delivered to s3://acme-billing/cur/bursar/
resource "aws_bcmdataexports_export" "bursar" {
  export {
    name        = "bursar"
    description = "Made by Bursar: the bill with the names of callers."

    data_query {
      query_statement = "SELECT bill_bill_type, bill_billing_entity, bill_billing_period_end_date, bill_billing_period_start_date, bill_invoice_id, bill_invoicing_entity, bill_payer_account_id, bill_payer_account_name, cost_category, discount, discount_bundled_discount, discount_total_discount, identity_line_item_id, identity_time_interval, line_item_availability_zone, line_item_blended_cost, line_item_blended_rate, line_item_currency_code, line_item_iam_principal, line_item_legal_entity, line_item_line_item_description, line_item_line_item_type, line_item_net_unblended_cost, line_item_net_unblended_rate, line_item_normalization_factor, line_item_normalized_usage_amount, line_item_operation, line_item_product_code, line_item_tax_type, line_item_unblended_cost, line_item_unblended_rate, line_item_usage_account_id, line_item_usage_account_name, line_item_usage_amount, line_item_usage_end_date, line_item_usage_start_date, line_item_usage_type, line_item_user_identifier, pricing_currency, pricing_lease_contract_length, pricing_offering_class, pricing_public_on_demand_cost, pricing_public_on_demand_rate, pricing_purchase_option, pricing_rate_code, pricing_rate_id, pricing_term, pricing_unit, product, product_comment, product_fee_code, product_fee_description, product_from_location, product_from_location_type, product_from_region_code, product_instance_family, product_instance_type, product_instancesku, product_location, product_location_type, product_operation, product_pricing_unit, product_product_family, product_region_code, product_servicecode, product_sku, product_to_location, product_to_location_type, product_to_region_code, product_usagetype, reservation_amortized_upfront_cost_for_usage, reservation_amortized_upfront_fee_for_billing_period, reservation_availability_zone, reservation_effective_cost, reservation_end_time, reservation_modification_status, reservation_net_amortized_upfront_cost_for_usage, reservation_net_amortized_upfront_fee_for_billing_period, reservation_net_effective_cost, reservation_net_recurring_fee_for_usage, reservation_net_unused_amortized_upfront_fee_for_billing_period, reservation_net_unused_recurring_fee, reservation_net_upfront_value, reservation_normalized_units_per_reservation, reservation_number_of_reservations, reservation_recurring_fee_for_usage, reservation_reservation_a_r_n, reservation_start_time, reservation_subscription_id, reservation_total_reserved_normalized_units, reservation_total_reserved_units, reservation_units_per_reservation, reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_normalized_unit_quantity, reservation_unused_quantity, reservation_unused_recurring_fee, reservation_upfront_value, resource_tags, savings_plan_amortized_upfront_commitment_for_billing_period, savings_plan_end_time, savings_plan_instance_type_family, savings_plan_net_amortized_upfront_commitment_for_billing_period, savings_plan_net_recurring_commitment_for_billing_period, savings_plan_net_savings_plan_effective_cost, savings_plan_offering_type, savings_plan_payment_option, savings_plan_purchase_term, savings_plan_recurring_commitment_for_billing_period, savings_plan_region, savings_plan_savings_plan_a_r_n, savings_plan_savings_plan_effective_cost, savings_plan_savings_plan_rate, savings_plan_start_time, savings_plan_total_commitment_to_date, savings_plan_used_commitment, tags FROM COST_AND_USAGE_REPORT"
      table_configurations = {
        "COST_AND_USAGE_REPORT" = {
          "TIME_GRANULARITY"                      = "DAILY"
          "INCLUDE_RESOURCES"                     = "FALSE"
          "INCLUDE_IAM_PRINCIPAL_DATA"            = "TRUE"
          "INCLUDE_MANUAL_DISCOUNT_COMPATIBILITY" = "FALSE"
          "INCLUDE_SPLIT_COST_ALLOCATION_DATA"    = "FALSE"
          "INCLUDE_CAPACITY_RESERVATION_DATA"     = "FALSE"
          "BILLING_VIEW_ARN"                      = "arn:aws:billing::111111111111:billingview/primary"
        }
      }
    }

    destination_configurations {
      s3_destination {
        s3_bucket = "acme-billing"
        s3_prefix = "cur"
        s3_region = "eu-central-1"

        s3_output_configurations {
          output_type = "CUSTOM"
          format      = "PARQUET"
          compression = "PARQUET"
          overwrite   = "OVERWRITE_REPORT"
        }
      }
    }

    refresh_cadence {
      frequency = "SYNCHRONOUS"
    }
  }

  depends_on = [aws_s3_bucket_policy.acme_billing]
}

# make the database bursar in the Data Catalog of eu-central-1
resource "aws_glue_catalog_database" "bursar" {
  provider = aws.eu_central_1

  name        = "bursar"
  description = "Made by Bursar: the AWS bill."
}

# make the table bursar.cur over s3://acme-billing/cur/bursar/data/ (116 columns, a partition a month)
resource "aws_glue_catalog_table" "bursar_cur" {
  provider = aws.eu_central_1

  name          = "cur"
  database_name = aws_glue_catalog_database.bursar.name
  table_type    = "EXTERNAL_TABLE"
  parameters = {
    "bursar.table"                            = "cur"
    "EXTERNAL"                                = "TRUE"
    "classification"                          = "parquet"
    "projection.enabled"                      = "true"
    "projection.billing_period.type"          = "date"
    "projection.billing_period.format"        = "yyyy-MM"
    "projection.billing_period.range"         = "2023-11,NOW"
    "projection.billing_period.interval"      = "1"
    "projection.billing_period.interval.unit" = "MONTHS"
    "storage.location.template"               = "s3://acme-billing/cur/bursar/data/BILLING_PERIOD=$${billing_period}/"
  }

  partition_keys {
    name = "billing_period"
    type = "string"
  }

  storage_descriptor {
    location      = "s3://acme-billing/cur/bursar/data/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    columns {
      name = "bill_bill_type"
      type = "string"
    }

    columns {
      name = "bill_billing_entity"
      type = "string"
    }

    columns {
      name = "bill_billing_period_end_date"
      type = "timestamp"
    }

    columns {
      name = "bill_billing_period_start_date"
      type = "timestamp"
    }

    columns {
      name = "bill_invoice_id"
      type = "string"
    }

    columns {
      name = "bill_invoicing_entity"
      type = "string"
    }

    columns {
      name = "bill_payer_account_id"
      type = "string"
    }

    columns {
      name = "bill_payer_account_name"
      type = "string"
    }

    columns {
      name = "cost_category"
      type = "map<string,string>"
    }

    columns {
      name = "discount"
      type = "map<string,double>"
    }

    columns {
      name = "discount_bundled_discount"
      type = "double"
    }

    columns {
      name = "discount_total_discount"
      type = "double"
    }

    columns {
      name = "identity_line_item_id"
      type = "string"
    }

    columns {
      name = "identity_time_interval"
      type = "string"
    }

    columns {
      name = "line_item_availability_zone"
      type = "string"
    }

    columns {
      name = "line_item_blended_cost"
      type = "double"
    }

    columns {
      name = "line_item_blended_rate"
      type = "string"
    }

    columns {
      name = "line_item_currency_code"
      type = "string"
    }

    columns {
      name = "line_item_iam_principal"
      type = "string"
    }

    columns {
      name = "line_item_legal_entity"
      type = "string"
    }

    columns {
      name = "line_item_line_item_description"
      type = "string"
    }

    columns {
      name = "line_item_line_item_type"
      type = "string"
    }

    columns {
      name = "line_item_net_unblended_cost"
      type = "double"
    }

    columns {
      name = "line_item_net_unblended_rate"
      type = "string"
    }

    columns {
      name = "line_item_normalization_factor"
      type = "double"
    }

    columns {
      name = "line_item_normalized_usage_amount"
      type = "double"
    }

    columns {
      name = "line_item_operation"
      type = "string"
    }

    columns {
      name = "line_item_product_code"
      type = "string"
    }

    columns {
      name = "line_item_tax_type"
      type = "string"
    }

    columns {
      name = "line_item_unblended_cost"
      type = "double"
    }

    columns {
      name = "line_item_unblended_rate"
      type = "string"
    }

    columns {
      name = "line_item_usage_account_id"
      type = "string"
    }

    columns {
      name = "line_item_usage_account_name"
      type = "string"
    }

    columns {
      name = "line_item_usage_amount"
      type = "double"
    }

    columns {
      name = "line_item_usage_end_date"
      type = "timestamp"
    }

    columns {
      name = "line_item_usage_start_date"
      type = "timestamp"
    }

    columns {
      name = "line_item_usage_type"
      type = "string"
    }

    columns {
      name = "line_item_user_identifier"
      type = "string"
    }

    columns {
      name = "pricing_currency"
      type = "string"
    }

    columns {
      name = "pricing_lease_contract_length"
      type = "string"
    }

    columns {
      name = "pricing_offering_class"
      type = "string"
    }

    columns {
      name = "pricing_public_on_demand_cost"
      type = "double"
    }

    columns {
      name = "pricing_public_on_demand_rate"
      type = "string"
    }

    columns {
      name = "pricing_purchase_option"
      type = "string"
    }

    columns {
      name = "pricing_rate_code"
      type = "string"
    }

    columns {
      name = "pricing_rate_id"
      type = "string"
    }

    columns {
      name = "pricing_term"
      type = "string"
    }

    columns {
      name = "pricing_unit"
      type = "string"
    }

    columns {
      name = "product"
      type = "map<string,string>"
    }

    columns {
      name = "product_comment"
      type = "string"
    }

    columns {
      name = "product_fee_code"
      type = "string"
    }

    columns {
      name = "product_fee_description"
      type = "string"
    }

    columns {
      name = "product_from_location"
      type = "string"
    }

    columns {
      name = "product_from_location_type"
      type = "string"
    }

    columns {
      name = "product_from_region_code"
      type = "string"
    }

    columns {
      name = "product_instance_family"
      type = "string"
    }

    columns {
      name = "product_instance_type"
      type = "string"
    }

    columns {
      name = "product_instancesku"
      type = "string"
    }

    columns {
      name = "product_location"
      type = "string"
    }

    columns {
      name = "product_location_type"
      type = "string"
    }

    columns {
      name = "product_operation"
      type = "string"
    }

    columns {
      name = "product_pricing_unit"
      type = "string"
    }

    columns {
      name = "product_product_family"
      type = "string"
    }

    columns {
      name = "product_region_code"
      type = "string"
    }

    columns {
      name = "product_servicecode"
      type = "string"
    }

    columns {
      name = "product_sku"
      type = "string"
    }

    columns {
      name = "product_to_location"
      type = "string"
    }

    columns {
      name = "product_to_location_type"
      type = "string"
    }

    columns {
      name = "product_to_region_code"
      type = "string"
    }

    columns {
      name = "product_usagetype"
      type = "string"
    }

    columns {
      name = "reservation_amortized_upfront_cost_for_usage"
      type = "double"
    }

    columns {
      name = "reservation_amortized_upfront_fee_for_billing_period"
      type = "double"
    }

    columns {
      name = "reservation_availability_zone"
      type = "string"
    }

    columns {
      name = "reservation_effective_cost"
      type = "double"
    }

    columns {
      name = "reservation_end_time"
      type = "string"
    }

    columns {
      name = "reservation_modification_status"
      type = "string"
    }

    columns {
      name = "reservation_net_amortized_upfront_cost_for_usage"
      type = "double"
    }

    columns {
      name = "reservation_net_amortized_upfront_fee_for_billing_period"
      type = "double"
    }

    columns {
      name = "reservation_net_effective_cost"
      type = "double"
    }

    columns {
      name = "reservation_net_recurring_fee_for_usage"
      type = "double"
    }

    columns {
      name = "reservation_net_unused_amortized_upfront_fee_for_billing_period"
      type = "double"
    }

    columns {
      name = "reservation_net_unused_recurring_fee"
      type = "double"
    }

    columns {
      name = "reservation_net_upfront_value"
      type = "double"
    }

    columns {
      name = "reservation_normalized_units_per_reservation"
      type = "string"
    }

    columns {
      name = "reservation_number_of_reservations"
      type = "string"
    }

    columns {
      name = "reservation_recurring_fee_for_usage"
      type = "double"
    }

    columns {
      name = "reservation_reservation_a_r_n"
      type = "string"
    }

    columns {
      name = "reservation_start_time"
      type = "string"
    }

    columns {
      name = "reservation_subscription_id"
      type = "string"
    }

    columns {
      name = "reservation_total_reserved_normalized_units"
      type = "string"
    }

    columns {
      name = "reservation_total_reserved_units"
      type = "string"
    }

    columns {
      name = "reservation_units_per_reservation"
      type = "string"
    }

    columns {
      name = "reservation_unused_amortized_upfront_fee_for_billing_period"
      type = "double"
    }

    columns {
      name = "reservation_unused_normalized_unit_quantity"
      type = "double"
    }

    columns {
      name = "reservation_unused_quantity"
      type = "double"
    }

    columns {
      name = "reservation_unused_recurring_fee"
      type = "double"
    }

    columns {
      name = "reservation_upfront_value"
      type = "double"
    }

    columns {
      name = "resource_tags"
      type = "map<string,string>"
    }

    columns {
      name = "savings_plan_amortized_upfront_commitment_for_billing_period"
      type = "double"
    }

    columns {
      name = "savings_plan_end_time"
      type = "string"
    }

    columns {
      name = "savings_plan_instance_type_family"
      type = "string"
    }

    columns {
      name = "savings_plan_net_amortized_upfront_commitment_for_billing_period"
      type = "double"
    }

    columns {
      name = "savings_plan_net_recurring_commitment_for_billing_period"
      type = "double"
    }

    columns {
      name = "savings_plan_net_savings_plan_effective_cost"
      type = "double"
    }

    columns {
      name = "savings_plan_offering_type"
      type = "string"
    }

    columns {
      name = "savings_plan_payment_option"
      type = "string"
    }

    columns {
      name = "savings_plan_purchase_term"
      type = "string"
    }

    columns {
      name = "savings_plan_recurring_commitment_for_billing_period"
      type = "double"
    }

    columns {
      name = "savings_plan_region"
      type = "string"
    }

    columns {
      name = "savings_plan_savings_plan_a_r_n"
      type = "string"
    }

    columns {
      name = "savings_plan_savings_plan_effective_cost"
      type = "double"
    }

    columns {
      name = "savings_plan_savings_plan_rate"
      type = "double"
    }

    columns {
      name = "savings_plan_start_time"
      type = "string"
    }

    columns {
      name = "savings_plan_total_commitment_to_date"
      type = "double"
    }

    columns {
      name = "savings_plan_used_commitment"
      type = "double"
    }

    columns {
      name = "tags"
      type = "map<string,string>"
    }
  }
}

# make the Athena workgroup bursar: a query may read 100 GB at most; answers, encrypted, go to s3://acme-billing/athena-results/
resource "aws_athena_workgroup" "bursar" {
  provider = aws.eu_central_1

  name        = "bursar"
  description = "Made by Bursar: a limit for what one query may read."

  configuration {
    enforce_workgroup_configuration = true
    bytes_scanned_cutoff_per_query  = 100000000000

    result_configuration {
      output_location = "s3://acme-billing/athena-results/"

      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}
