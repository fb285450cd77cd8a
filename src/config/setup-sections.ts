import { z } from 'zod';
import { isPeriod } from '../domain/period.ts';
import { GRANULARITIES } from '../domain/setup.ts';
import { quoted } from './quoted.ts';

const accountId = quoted.regex(/^\d{12}$/, 'an AWS account has twelve digits').describe('twelve digits, in quotes');

const region = z.string().regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'a region such as eu-central-1');

const profile = z.string().min(1).describe('profile of ~/.aws/config; by default the credentials of every command');

const role = z
  .string()
  .regex(
    /^(arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+|[\w+=,.@-]+(\/[\w+=,.@-]+)*)$/,
    'the name or the ARN of an IAM role',
  )
  .describe("name or ARN of a role to assume there; without a profile of its own, with the payer's credentials");

const account = { id: accountId, profile: profile.optional(), role: role.optional() };

/** `accounts:` of bursar.yaml. */
export const accountsSection = z
  .strictObject({
    payer: z
      .strictObject({ ...account, regions: z.array(region).min(1).optional() })
      .optional()
      .describe('the management account, which gets the bill: cost allocation tags and the export are there'),
    identity: z
      .strictObject({ ...account, region: region.optional().describe('of Identity Center') })
      .optional()
      .describe('where Identity Center is looked after: the management account, or a delegated one'),
    members: z
      .array(
        z.strictObject({
          ...account,
          regions: z.array(region).min(1).optional().describe('where it calls Bedrock; by default the one region'),
        }),
      )
      .min(1)
      .optional()
      .describe('accounts whose roles and users call Bedrock'),
  })
  .describe('the accounts to set up; without it, the one that the credentials are of');

const bucket = z
  .string()
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  .regex(
    /^(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/,
    'a bucket is named in 3 to 63 lower-case letters, digits, dots and hyphens',
  );

/** What Athena takes without quotes. */
const tableWord = z
  .string()
  .regex(/^[a-z0-9_]{1,128}$/, 'lower-case letters, digits and underscores: Athena takes no others');

const exportSection = z
  .strictObject({
    // Source: the model of CreateExport in the SDK.
    name: z
      .string()
      .regex(/^[\w-]{1,128}$/, 'an export is named in up to 128 letters, digits, hyphens and underscores')
      .default('bursar'),
    bucket: bucket.describe('made where it is not there'),
    'bucket-region': region.default('us-east-1'),
    prefix: z
      .string()
      .max(512)
      .regex(/^[\w.!*'()/-]*$/, "letters, digits and _ . - / ! * ' ( )")
      .default('cur')
      .describe('of the keys in the bucket'),
    granularity: z
      .enum(GRANULARITIES)
      .default('daily')
      .describe('hourly makes up to 24 times the rows; Bursar shows days'),
    resources: z.boolean().default(false).describe('with a row for each resource: far more rows'),
  })
  .describe('the CUR 2.0 export that names who called');

const athenaSection = z
  .strictObject({
    database: tableWord.default('bursar'),
    table: tableWord.default('cur'),
    workgroup: z
      .string()
      .regex(/^[\w.-]{1,128}$/, 'up to 128 letters, digits, dots, hyphens and underscores')
      .default('bursar'),
    results: z
      .string()
      .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]+\/.*$/, 'an address such as s3://bucket/prefix/')
      .optional()
      .describe("where answers are kept; by default athena-results/ in the export's bucket"),
    'scan-gigabytes': z.int().min(1).max(1_000_000).default(100).describe('most that one query may read'),
  })
  .describe('what Athena needs to read the export');

/** `setup:` of bursar.yaml. */
export const setupSection = z
  .strictObject({
    'tag-principals': z.boolean().default(false).describe('tag IAM roles and users as rules and the people file say'),
    'activate-tags': z
      .boolean()
      .default(false)
      .describe('activate the tags of principals as cost allocation tags, as iamPrincipal/<key>'),
    backfill: z
      .string()
      .refine(isPeriod, 'a month such as 2026-04')
      .optional()
      .describe('first month whose lines AWS is asked to mark with the tags afterwards; twelve months at most'),
    export: exportSection.optional(),
    athena: athenaSection.optional(),
    'session-tags': z
      .record(
        z.string(),
        z
          .string()
          // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Identity Center writes it
          .regex(/^\$\{[^{}]+\}$/, 'an attribute such as ${path:enterprise.department}')
          .max(256),
      )
      .optional()
      .describe('tag key -> attribute of Identity Center that is passed as a session tag'),
  })
  .describe(
    'what the accounts are to be: bursar plan compares, bursar apply makes it so. What is left out is not asked for',
  );
