import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { OperatingError } from '../domain/errors.ts';

const tagKey = z.string().min(1).describe('tag key with its prefix, such as iamPrincipal/team');
const dimensionName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a dimension is named in lower-case letters, digits and hyphens');

const text = z.string().min(1);

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
  dimensions: z.record(dimensionName, tagKey).nullish().describe('your dimensions: name -> tag key'),
});

export type ConfigFile = z.infer<typeof configFileSchema>;

/** @throws OperatingError CONFIG_INVALID naming the line */
export function parseConfigFile(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new OperatingError(
      'CONFIG_INVALID',
      `${path}, line ${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0]}`,
    );
  }
  const result = configFileSchema.safeParse(toPlain(path, document) ?? {});
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const at = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
    const node = document.getIn(at, true) as { range?: readonly number[] } | undefined;
    const line = node?.range?.[0] === undefined ? '' : `, line ${lines.linePos(node.range[0]).line}`;
    return `${path}${line}: ${at.join('.')}: ${issue.message}`;
  });
  throw new OperatingError('CONFIG_INVALID', problems.join('\n  '));
}

/** Aliases are resolved here: one that names nothing, or unfolds without end, is a mistake of the file. */
function toPlain(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new OperatingError('CONFIG_INVALID', `${path}: ${(cause as Error).message}`, { cause });
  }
}
