/** Whose move it is: the user's input, the AWS account's set-up, a service's trouble, or a check that said no. */
export type Fault = 'check' | 'input' | 'account' | 'service';

interface ErrorEntry {
  readonly fault: Fault;
  readonly summary: string;
  /** what to do; may be made more precise where the error is thrown */
  readonly hint: string;
  readonly retryable?: true;
}

/** Every operating error there is, once. docs/reference/errors.md is made from this table. */
export const ERRORS = {
  CUR_FOLDER_MISSING: {
    fault: 'input',
    summary: 'the folder or S3 address given as --cur does not exist or holds no CUR 2.0 export',
    hint: 'Point --cur at the folder of the export: the one that holds data/ and metadata/ (aws s3 sync brings it).',
  },
  CUR_SEVERAL_EXPORTS: {
    fault: 'input',
    summary: 'the folder given as --cur holds more than one export, or one billing period twice',
    hint: 'Point --cur at one of them.',
  },
  CUR_MANIFEST_UNREADABLE: {
    fault: 'input',
    summary: 'a manifest is not the JSON that AWS Data Exports writes',
    hint: 'Copy the manifest again from the bucket; it lies in metadata/BILLING_PERIOD=…/.',
  },
  CUR_FILE_MISSING: {
    fault: 'input',
    summary: 'a file that the manifest lists is not there',
    hint: 'Copy the whole billing period again: aws s3 sync may have run while AWS was delivering.',
  },
  CUR_FILE_UNREADABLE: {
    fault: 'input',
    summary: 'a data file is cut short or is no Parquet file',
    hint: 'Copy the file again and compare its size with the bucket.',
  },
  CUR_FILES_CHANGED: {
    fault: 'service',
    summary: 'the files of a billing period changed while they were read',
    hint: 'Something is copying the export right now. Run the command again when it is done.',
    retryable: true,
  },
  CUR_COLUMN_MISSING: {
    fault: 'input',
    summary: 'the export lacks a column that every answer needs, or holds something else in it',
    hint: 'Create a CUR 2.0 export (table COST_AND_USAGE_REPORT) that selects all columns. Legacy CUR and FOCUS exports have other names.',
  },
  CUR_OTHER_FORMAT: {
    fault: 'input',
    summary: 'the files are a legacy Cost and Usage Report or a FOCUS export: neither names principals',
    hint: 'Create a CUR 2.0 export (table COST_AND_USAGE_REPORT): docs/guides/own-export.md says how.',
  },
  CUR_COST_UNREADABLE: {
    fault: 'input',
    summary: 'a cost on a line is NaN, infinite, no number, or 100 million and more',
    hint: 'Look at the named line. If AWS delivered it so, open a case with AWS Support. The ledger keeps the earlier snapshot.',
  },
  CUR_SEVERAL_CURRENCIES: {
    fault: 'input',
    summary: 'the Bedrock lines asked for are in more than one currency',
    hint: 'Bursar never adds two currencies. Ask for one period or payer at a time, from an export of its own.',
  },
  TABLE_UNSUITABLE: {
    fault: 'input',
    summary: 'the table given as cur is not one over the files of a CUR 2.0 export',
    hint: 'Name a table of the hive connector over the data/ folder of the export, partitioned by billing_period (YYYY-MM): docs/guides/trino.md has its DDL.',
  },
  SCHEMA_UNSUITABLE: {
    fault: 'input',
    summary: 'the schema given for the ledger cannot hold tables in partitions',
    hint: 'Name a catalog of the hive connector in which you may create tables: trino.catalog and trino.schema in bursar.yaml.',
  },
  LEDGER_BUSY: {
    fault: 'input',
    summary: 'another bursar process is writing this ledger',
    hint: 'Wait for it to end. If it is no longer running, delete the lock file.',
    retryable: true,
  },
  LEDGER_OF_ANOTHER_EXPORT: {
    fault: 'input',
    summary: 'the ledger was made from another export',
    hint: 'Give each export its own --ledger folder.',
  },
  LEDGER_DAMAGED: {
    fault: 'input',
    summary: 'a file of the ledger is missing or unreadable',
    hint: 'Delete the named period folder and run bursar ingest again: the export still has everything.',
  },
  FOLDER_NOT_WRITABLE: {
    fault: 'input',
    summary: 'a folder or file cannot be written',
    hint: 'Check the permissions and the free space of the disk, or choose another folder.',
  },
  FILE_UNREACHABLE: {
    fault: 'input',
    summary: 'a file or folder cannot be opened',
    hint: 'Check that it is there and that you may read it.',
  },
  FOLDER_TAKEN: {
    fault: 'input',
    summary: 'the folder for the sample organisation holds something else',
    hint: 'Choose an empty folder with --dir.',
  },
  DIMENSION_UNKNOWN: {
    fault: 'input',
    summary: 'there is no such dimension',
    hint: 'bursar report --help lists the dimensions; a tag is tag:<key>.',
  },
  DIMENSION_NAME_TAKEN: {
    fault: 'input',
    summary: 'a dimension of the configuration is named like a built-in dimension or a field of the answer',
    hint: 'Choose another name in bursar.yaml.',
  },
  ALLOCATION_OVERLAP: {
    fault: 'input',
    summary: 'two rules of bursar.yaml match one caller and disagree, and neither is narrower than the other',
    hint: 'Make one narrower (give it all fields of the other and one more), give them days that do not meet, or let them agree.',
  },
  PEOPLE_FILE_INVALID: {
    fault: 'input',
    summary: 'the people file cannot be read or says something that Bursar does not know',
    hint: 'Mend the named lines. The header is session,person, then dimensions of bursar.yaml, then from,to.',
  },
  PEOPLE_SOURCE_INVALID: {
    fault: 'input',
    summary: 'what people are imported from cannot be read, or says two things of one person',
    hint: 'Mend the named lines or groups; bursar people import --help says what is taken.',
  },
  PEOPLE_MOST_LEFT: {
    fault: 'input',
    summary: 'an import would let more than half of the people leave: more likely the source is not whole',
    hint: 'Check what is imported from. If they have really left, add --accept-leavers.',
  },
  PEOPLE_FILE_CHANGED: {
    fault: 'input',
    summary: 'the people file was changed by somebody else while it was imported',
    hint: 'Run the command again.',
    retryable: true,
  },
  PERIOD_WITHOUT_DATA: {
    fault: 'input',
    summary: 'the export has no lines for what was asked',
    hint: 'Ask for a period that the export holds.',
  },
  INVOICE_UNKNOWN: {
    fault: 'input',
    summary: 'no line of the export carries the invoice that was asked for',
    hint: 'Take the id as the invoice prints it. AWS writes it into the export some days after the month has ended.',
  },
  SNAPSHOT_MISSING: {
    fault: 'input',
    summary: 'the ledger does not hold the snapshot that was asked for',
    hint: 'Of each billing period the ledger keeps the snapshot that counts and the one before.',
  },
  ANSWER_TOO_LARGE: {
    fault: 'input',
    summary: 'the answer has more rows than anybody reads',
    hint: 'Ask with fewer dimensions, with --where, or with --top.',
  },
  OPTION_INVALID: {
    fault: 'input',
    summary: 'an option or argument is not understood',
    hint: 'See --help for the forms it takes.',
  },
  CONFIG_INVALID: {
    fault: 'input',
    summary: 'bursar.yaml cannot be read or says something that Bursar does not know',
    hint: 'Mend the named line.',
  },
  CONFIG_EXISTS: {
    fault: 'input',
    summary: 'bursar.yaml is already there: bursar init replaces nothing by itself',
    hint: '--print shows what it would write; --force replaces the file.',
  },
  TABLE_MISSING: {
    fault: 'input',
    summary: 'a catalog, schema or table does not exist on the Trino server',
    hint: 'Check cur, trino.catalog and trino.schema in bursar.yaml. Bursar makes its own tables, but no schema: CREATE SCHEMA does.',
  },
  ENGINE_UNREACHABLE: {
    fault: 'service',
    summary: 'the Trino server cannot be reached, or what answers there is no Trino',
    hint: 'Check trino.host, trino.port and trino.tls in bursar.yaml, and that the server is up.',
    retryable: true,
  },
  ENGINE_REFUSED: {
    fault: 'account',
    summary: 'the Trino server does not let the user in, or does not allow what a statement does',
    hint: 'Check trino.user with BURSAR_TRINO_PASSWORD or BURSAR_TRINO_TOKEN. The user must read the export, and create, fill and drop tables in the schema of the ledger.',
  },
  ENGINE_TOO_OLD: {
    fault: 'input',
    summary: 'the Trino server is older than any that Bursar is tested with',
    hint: 'Use a newer Trino server.',
  },
  ENGINE_LIMIT: {
    fault: 'service',
    summary: "a statement passed a limit of time, memory or size: one of Bursar's or one of the Trino server's",
    hint: 'Ask a smaller question, or raise trino.limits in bursar.yaml. Only the administrator of the server can raise its own limits.',
  },
  ENGINE_STATEMENT_ENDED: {
    fault: 'service',
    summary:
      'the Trino server ended a statement before it was done: somebody stopped it, or the server or its metastore was in trouble',
    hint: 'Run the command again; what was finished before is kept.',
    retryable: true,
  },
  ENGINE_OUT_OF_MEMORY: {
    fault: 'service',
    summary: 'DuckDB ran out of memory or of disk for its temporary files',
    hint: 'Close other programs, free disk space, or ask a smaller question.',
    retryable: true,
  },
  AWS_CREDENTIALS_MISSING: {
    fault: 'account',
    summary: 'there are no AWS credentials: none in the environment, the profile or the machine',
    hint: 'Sign in (aws sso login), name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  },
  AWS_CREDENTIALS_EXPIRED: {
    fault: 'account',
    summary: 'the AWS credentials are no longer valid: their time is over',
    hint: 'Sign in again (aws sso login), or bring new keys, and run the command again. What was finished before is kept.',
    retryable: true,
  },
  AWS_CREDENTIALS_INVALID: {
    fault: 'account',
    summary: 'AWS does not know the credentials',
    hint: 'Check the keys of the profile or of the environment: aws sts get-caller-identity must work.',
  },
  AWS_ACCESS_DENIED: {
    fault: 'account',
    summary: 'the AWS credentials do not allow what Bursar needs; the message names the missing permission',
    hint: 'Add the permission that the message names to the role or user that you are signed in as.',
  },
  ACCOUNT_OTHER: {
    fault: 'account',
    summary: 'the credentials are of another account than bursar.yaml says',
    hint: 'Say in bursar.yaml how the account is reached: profile, or role.',
  },
  ACCOUNT_UNKNOWN: {
    fault: 'input',
    summary: 'an account is asked for that bursar.yaml does not name, or that could not be reached',
    hint: 'Add it to accounts in bursar.yaml, with the profile or role that reaches it.',
  },
  REGION_OFF: {
    fault: 'account',
    summary: 'a region of bursar.yaml is not switched on in the account',
    hint: 'Switch it on, or take it out of bursar.yaml.',
  },
  CHANGE_DRIFTED: {
    fault: 'account',
    summary: 'what is to be changed is no longer as the plan saw it: somebody else has changed it',
    hint: 'Run bursar plan again and look at what is there now.',
    retryable: true,
  },
  CHANGE_UNSEEN: {
    fault: 'account',
    summary: 'AWS took a change, and still shows what was there before',
    hint: 'Run bursar apply again in some minutes: it looks again, and goes on from there.',
    retryable: true,
  },
  CHANGE_NOT_AGREED: {
    fault: 'input',
    summary: 'the accounts are changed only when somebody agrees, and nobody did',
    hint: 'Answer y, or add --yes where nobody can be asked.',
  },
  NOTHING_TO_UNDO: {
    fault: 'input',
    summary: 'the journal holds nothing of that name that Bursar could take back',
    hint: 'bursar undo --list shows what there is.',
  },
  JOURNAL_BUSY: {
    fault: 'input',
    summary: 'another bursar process is changing accounts with the same journal',
    hint: 'Wait for it to end.',
    retryable: true,
  },
  JOURNAL_UNREADABLE: {
    fault: 'input',
    summary: 'the journal is damaged, of a newer version of Bursar, or no journal',
    hint: 'Bring it back from a backup. Without it nothing can be undone, but plan and apply need none: BURSAR_JOURNAL names another file.',
  },
  AWS_REGION_MISSING: {
    fault: 'input',
    summary: 'nothing says which AWS region to call',
    hint: 'Add --region, set AWS_REGION, or write aws.region into bursar.yaml.',
  },
  AWS_UNREACHABLE: {
    fault: 'service',
    summary: 'AWS cannot be reached, or its service is in trouble',
    hint: 'Check the network, HTTPS_PROXY and --endpoint-url, and run the command again. What was finished before is kept.',
    retryable: true,
  },
  AWS_THROTTLED: {
    fault: 'service',
    summary: 'AWS asks for fewer requests, and went on asking for it',
    hint: 'Run the command again in some minutes. What was finished before is kept.',
    retryable: true,
  },
  PAYER_NEEDED: {
    fault: 'account',
    summary: 'only the account that pays the bill may do it, and the credentials are of another',
    hint: 'Write the account that pays (the management account) into bursar.yaml as accounts.payer, with the profile or role by which it is reached.',
  },
  AWS_REFUSED: {
    fault: 'account',
    summary: 'AWS refused a request for a reason of its own',
    hint: 'The message is that of AWS. Check --profile, --region and --endpoint-url.',
  },
  COST_EXPLORER_UNAVAILABLE: {
    fault: 'account',
    summary: 'Cost Explorer is not switched on in the account, or does not have the days asked for',
    hint: 'Switch it on once in the console (Billing and Cost Management, Cost Explorer); its data come within 24 hours.',
  },
  COST_EXPLORER_PRICE: {
    fault: 'input',
    summary:
      'Cost Explorer takes money for each page of an answer, and nobody has agreed to it; or the agreed pages are used up',
    hint: 'Add --yes to agree. --max-pages says how many pages are the most.',
  },
  IDENTITY_CENTER_MISSING: {
    fault: 'input',
    summary: 'there is no Identity Center where it was asked for: it lives in one region',
    hint: 'Name its region with --region, or people.region in bursar.yaml.',
  },
  ATTRIBUTES_IN_USE: {
    fault: 'input',
    summary:
      'attributes for access control are to be switched off as they were before, and somebody else has added some since',
    hint: 'Those of Bursar are taken away; the others are still passed. Take them away in the settings of Identity Center if nobody needs them.',
  },
  BUCKET_MISSING: {
    fault: 'input',
    summary: 'the S3 bucket does not exist',
    hint: 'Check the name behind s3://, and that the profile belongs to the right AWS partition.',
  },
  BUCKET_FOREIGN: {
    fault: 'input',
    summary: 'the S3 bucket belongs to another account: names of buckets are taken once for all accounts',
    hint: 'Choose another name for setup.export.bucket in bursar.yaml. If it is yours, sign in to the account that owns it.',
  },
  BUCKET_NOT_EMPTY: {
    fault: 'input',
    summary: 'the S3 bucket is to be removed and holds files: Bursar deletes nothing that was delivered',
    hint: 'Delete the files yourself if you no longer need them, and run the command again; or keep the bucket.',
  },
  DATABASE_NOT_EMPTY: {
    fault: 'input',
    summary: 'the database of the Data Catalog is to be removed and has tables that Bursar did not make',
    hint: 'Remove the tables yourself if nobody needs them, and run the command again; or keep the database.',
  },
  WORKGROUP_NOT_EMPTY: {
    fault: 'input',
    summary: 'the Athena workgroup is to be removed and somebody has saved queries in it',
    hint: 'Delete the saved queries if nobody needs them, and run the command again; or keep the workgroup.',
  },
  EXPORT_NAME_TAKEN: {
    fault: 'input',
    summary: 'there is an export of that name, which does not do what is asked for',
    hint: 'Choose another name for setup.export.name in bursar.yaml. Bursar makes new exports and changes none.',
  },
  EXPORT_QUOTA: {
    fault: 'account',
    summary: 'the account has as many CUR 2.0 exports as AWS allows',
    hint: 'Delete one that nobody reads (console: Billing and Cost Management, Data Exports), and run the command again.',
  },
  EXPORT_BUCKET_REFUSED: {
    fault: 'account',
    summary: 'AWS Data Exports may not write into the bucket',
    hint: 'Policies take some seconds to be known everywhere: run the command again. If it stays so, look for a Deny in the policy of the bucket.',
    retryable: true,
  },
  OBJECT_CHANGED: {
    fault: 'service',
    summary: 'an object in S3 was written anew or removed while it was read',
    hint: 'Run the command again.',
    retryable: true,
  },
  CUR_BEING_REWRITTEN: {
    fault: 'service',
    summary:
      'AWS is delivering a billing period anew: its data files are newer than its manifest, or changed while they were downloaded',
    hint: 'Run the command again in some minutes, when AWS is done. The ledger keeps the earlier snapshot.',
    retryable: true,
  },
  DOWNLOAD_DAMAGED: {
    fault: 'service',
    summary: 'a downloaded file does not have the checksum that S3 knows, three times in a row',
    hint: 'Something between here and S3 changes the bytes (a proxy, the memory or the disk of this machine). Nothing of it was used.',
    retryable: true,
  },
  PORT_TAKEN: {
    fault: 'input',
    summary: 'the port for the page is in use, or may not be used',
    hint: 'Choose another with --port, or leave it out: a free one is found.',
  },
  PAGE_NOT_BUILT: {
    fault: 'input',
    summary: 'the page has not been built',
    hint: 'Run npm run build:page in the checkout.',
  },
  PAGE_BUSY: {
    fault: 'service',
    summary: 'more questions wait for the engine than it can answer soon',
    hint: 'Load the page again in a minute.',
    retryable: true,
  },
  CACHE_FULL: {
    fault: 'input',
    summary: 'the data files do not fit into the cache folder within its limit',
    hint: 'Raise cache.gigabytes in bursar.yaml.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** Exit codes: 0 done, then these, 70 for a bug. */
export const EXIT_CODES: Readonly<Record<Fault, number>> = { check: 1, input: 2, account: 3, service: 4 };
export const EXIT_BUG = 70;
/** As shells have it for a program that Ctrl-C ended. */
export const EXIT_INTERRUPTED = 130;

/**
 * An outcome that the user, the account or a service can mend. A bug is never one: it crashes.
 * The message says what failed and why; `hint` says what to do.
 */
export class OperatingError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OperatingError';
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.exitCode = EXIT_CODES[ERRORS[code].fault];
  }
}
