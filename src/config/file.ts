import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { RESERVED_VALUES, RULE_FIELDS, RULE_KINDS, type RuleField } from '../domain/allocation.ts';
import { closestOf } from '../domain/dimension.ts';
import { OperatingError } from '../domain/errors.ts';
import { isDay } from '../domain/period.ts';
import { FILL_IN } from '../domain/setup.ts';
import { knownKeys } from './known-keys.ts';
import { quoted } from './quoted.ts';
import { accountsSection, setupSection } from './setup-sections.ts';

const tagKey = z.string().min(1).describe('tag key with its prefix, such as iamPrincipal/team');
const dimensionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a dimension is named in lower-case letters, digits and hyphens');

const text = z.string().min(1);

const pattern = quoted.min(1, 'an empty pattern matches nothing: leave the field out');
const value = quoted
  .trim()
  .min(1, 'a value cannot be empty')
  .refine((name) => !RESERVED_VALUES.includes(name), `${RESERVED_VALUES.join(' and ')} are words of Bursar's own`)
  .refine((name) => name !== FILL_IN, `${FILL_IN} is what bursar init left for you to fill in`);
const day = z
  .string('a day such as 2026-01-31')
  .refine(isDay, { error: ({ input }) => `${String(input)} is no day: write one such as 2026-01-31` });

const ownDimension = z
  .strictObject({
    tags: z.array(tagKey).min(1).optional().describe('tag keys; the first that has a value on the line counts'),
    values: z
      .record(value, z.array(value).min(1))
      .optional()
      .describe('canonical name -> other spellings that tags have of it, such as the old name of a team'),
  })
  .describe('without tags: from rules and the people file only');

const match = z
  .strictObject({
    arn: pattern.optional().describe('the principal ARN as AWS records it'),
    role: pattern.optional().describe('IAM role name'),
    'permission-set': pattern.optional().describe('Identity Center permission set'),
    session: pattern.optional().describe('role session name, compared without case'),
    account: pattern.optional().describe('account that used Bedrock, in quotes'),
    kind: pattern.optional().describe(`kind of principal: ${RULE_KINDS.join(', ')} (no principal on the line)`),
  } satisfies Record<RuleField, unknown>)
  .refine((fields) => Object.keys(fields).length > 0, `name at least one of ${RULE_FIELDS.join(', ')}`)
  .describe('which callers: all fields must match; * stands for any characters, ? for one');

const rule = z.strictObject({
  name: text.optional().describe('for people; unique'),
  match,
  from: day.optional().describe('first day (UTC)'),
  to: day.optional().describe('last day (UTC), included'),
  set: z
    .record(z.string(), value)
    .refine((values) => Object.keys(values).length > 0, 'name at least one dimension, or person')
    .optional()
    .describe('dimension -> value; person is one'),
  shared: z.literal(true, 'only true can be said').optional().describe('used by many: the dollars stay apart'),
});

const trino = z
  .strictObject({
    host: text.describe('name or address of the coordinator'),
    port: z.int().min(1).max(65_535).optional().describe('by default 443 with TLS, 8080 without'),
    tls: z.boolean().default(true).describe('false only on a network that nobody else is on'),
    ca: text.optional().describe("file (PEM) with the authority that signed the server's certificate"),
    user: text.default('bursar').describe('user name; the secret is in BURSAR_TRINO_PASSWORD or BURSAR_TRINO_TOKEN'),
    catalog: text.describe('catalog of the hive connector that holds the ledger'),
    schema: text.describe('schema of the ledger'),
    limits: z
      .strictObject({
        minutes: z.int().min(1).max(1_440).optional().describe('longest run of one statement'),
        'scan-gigabytes': z.int().min(1).optional().describe('most that one statement may read'),
      })
      .optional(),
  })
  .describe('the Trino server, for engine: trino');

const aws = z
  .strictObject({
    profile: text.optional().describe('profile of ~/.aws/config; AWS_PROFILE wins'),
    region: text.optional().describe('AWS_REGION wins'),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('address instead of that of AWS; AWS_ENDPOINT_URL wins'),
    'requester-pays': z.boolean().default(false).describe('pay for requests to the bucket of another account'),
    'expected-bucket-owner': z
      .string()
      .regex(/^\d{12}$/, 'an AWS account has twelve digits')
      .optional()
      .describe('account that owns the bucket; another one is refused'),
  })
  .describe('how AWS is reached; keys and secrets stay where the AWS CLI keeps them');

const cache = z
  .strictObject({
    folder: text.optional().describe('by default below ~/.cache/bursar'),
    gigabytes: z.number().positive().default(20).describe('most that it may hold'),
  })
  .describe('where data files from S3 are kept');

const costExplorer = z
  .strictObject({
    'max-pages': z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('most pages that one command asks for, at $0.01 each; by default 50'),
  })
  .describe('what may be paid for Cost Explorer: --source ce, verify --against ce');

const column = z.union([text, z.array(text).min(1)]);

const people = z
  .strictObject({
    file: text.optional().describe('the people file; by default people.csv beside this file'),
    from: text.optional().describe('what bursar people import reads: identity-center, or a CSV file'),
    name: text.optional().describe('what imported rows are marked with; by default identity-center or csv'),
    groups: z
      .record(text, z.record(dimensionName, value))
      .optional()
      .describe('pattern of group names -> dimension -> value; a * in the value is what the * of the pattern matched'),
    'first-group': z
      .boolean()
      .default(false)
      .describe('where two groups of somebody disagree, the one counts that stands further up; by default an error'),
    'identity-store': text.optional().describe('identity store id; by default that of the account and region'),
    region: text.optional().describe('region of Identity Center'),
    columns: z
      .record(z.string(), column)
      .optional()
      .describe('session, person, status, from, to or a dimension -> column of the CSV file'),
    encoding: text.optional().describe('of the CSV file, such as windows-1252; by default what its bytes say'),
  })
  .describe('the people file, and how bursar people import refreshes it');

/** All that bursar.yaml can say. */
export const configFileSchema = z.strictObject({
  engine: z.enum(['duckdb', 'trino']).optional().describe('what reads the export: DuckDB in this process, or Trino'),
  cur: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe(
      'the CUR 2.0 export: its folder, or s3://bucket/prefix/export; with engine trino its table, such as hive.billing.cur. A list for several payers, or for an old and a new export',
    ),
  ledger: z.string().min(1).optional().describe('folder of the ledger; not with engine trino'),
  trino: trino.optional(),
  aws: aws.optional(),
  cache: cache.optional(),
  'cost-explorer': costExplorer.optional(),
  people: z
    .union([text, people])
    .optional()
    .describe(
      'CSV file that says who is behind sessions and users, and to what they belong; or a section that says how it is imported',
    ),
  dimensions: z
    .record(dimensionName, z.union([tagKey, ownDimension, z.null()], 'a tag key, or a section with tags and values'))
    .nullish()
    .describe('your dimensions: name -> tag key, or where its values come from'),
  rules: z.array(rule).nullish().describe('to what the dollars of callers belong where no tag says so'),
  accounts: accountsSection.optional(),
  setup: setupSection.optional(),
});

export type ConfigFile = z.infer<typeof configFileSchema>;

/** bursar.yaml, checked by itself. */
export interface ReadConfigFile {
  readonly file: ConfigFile;
  /** The line on which something stands, such as `['rules', 0]`, from 1 on. */
  lineOf(path: readonly (string | number)[]): number;
  /** The same for an error: `line 3, column 5`. */
  placeOf(path: readonly (string | number)[]): string;
}

/** @throws OperatingError CONFIG_INVALID naming line and column */
export function parseConfigFile(path: string, text: string): ReadConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line, col } = broken.linePos?.[0] ?? { line: 1, col: 1 };
    throw new OperatingError(
      'CONFIG_INVALID',
      `${path}, line ${line}, column ${col}: ${broken.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`,
    );
  }
  const start = (at: readonly PropertyKey[]): number => valueAt(document, at)?.range?.[0] ?? 0;
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  const result = configFileSchema.safeParse(toPlain(path, document) ?? {});
  if (result.success) {
    return {
      file: result.data,
      lineOf: (at) => lines.linePos(start(at)).line,
      placeOf: (at) => place(start(at)),
    };
  }
  const problems = result.error.issues.map(deepest).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') {
      return [`${path}, ${place(start(issue.path))}: ${issue.path.join('.')}: ${messageOf(issue)}`];
    }
    return issue.keys.map((key) => {
      const offset = keyAt(document, issue.path, key)?.range?.[0] ?? start(issue.path);
      return `${path}, ${place(offset)}: ${[...issue.path, key].join('.')}: ${unknownKey(key, issue.path)}`;
    });
  });
  throw new OperatingError('CONFIG_INVALID', problems.join('\n  '));
}

/** What stands at a place of the file, or around it where there is nothing. */
function valueAt(document: Document, at: readonly PropertyKey[]): Node | null {
  const node = document.getIn(at, true) as Node | undefined;
  if (node?.range !== undefined && node.range !== null) return node;
  return at.length === 0 ? null : valueAt(document, at.slice(0, -1));
}

function keyAt(document: Document, section: readonly PropertyKey[], key: string): Node | null {
  const map = section.length === 0 ? document.contents : document.getIn(section, true);
  const pair = isMap(map) ? map.items.find((one) => isScalar(one.key) && String(one.key.value) === key) : undefined;
  return isScalar(pair?.key) ? pair.key : null;
}

type Issue = z.core.$ZodIssue;

/** Of the forms that something may have, the problem of the one that it came closest to. */
function deepest(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flat().map((one) => deepest({ ...one, path: [...issue.path, ...one.path] } as Issue));
  const depth = (one: Issue): number =>
    one.path.length + (one.code === 'invalid_type' && one.path.length === issue.path.length ? 0 : 1);
  return inner.reduce((best, one) => (depth(one) > depth(best) ? one : best), { ...issue, code: 'custom' } as Issue);
}

function messageOf({ code, message }: Issue): string {
  return code === 'invalid_type' && message.endsWith('received undefined') ? 'is missing' : message;
}

function unknownKey(key: string, section: readonly PropertyKey[]): string {
  const names = knownKeys(configFileSchema, section);
  return `there is no such key; did you mean ${closestOf(key, names)}? There are: ${names.join(', ')}`;
}

/** Aliases are resolved here: one that names nothing, or unfolds without end, is a mistake of the file. */
function toPlain(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new OperatingError('CONFIG_INVALID', `${path}: ${(cause as Error).message}`, { cause });
  }
}
