import { type ErrorCode, OperatingError } from '../domain/errors.ts';
import { EngineError } from './engine.ts';

/** An error as the server sends it: QueryError of trino-client. */
export interface QueryError {
  readonly message: string;
  /** such as `TABLE_NOT_FOUND` */
  readonly errorName: string;
  /** `USER_ERROR`, `INTERNAL_ERROR`, `INSUFFICIENT_RESOURCES` or `EXTERNAL` */
  readonly errorType: string;
  /** of the exception: `stack` has a Java method in each element */
  readonly failureInfo?: { readonly stack?: readonly string[] };
}

/** The server itself ended a statement with an error. The message is Trino's own. */
export class TrinoFailure extends Error {
  readonly errorName: string;
  readonly errorType: string;
  readonly stackOfServer: readonly string[];
  /** the server's id of the statement, for its administrator */
  readonly query: string;
  readonly sql: string;
  constructor(error: QueryError, query: string, sql: string) {
    super(error.message);
    this.name = 'TrinoFailure';
    this.errorName = error.errorName;
    this.errorType = error.errorType;
    this.stackOfServer = error.failureInfo?.stack ?? [];
    this.query = query;
    this.sql = sql;
  }
}

/**
 * Trino's errors that a wrong statement is not the cause of, by what they mean to a user of Bursar: StandardErrorCode of
 * trino-spi and HiveErrorCode of trino-hive, both of 476. NOT_FOUND is what CREATE TABLE says of a missing schema.
 */
const NAMES: Partial<Record<ErrorCode | 'data', string>> = {
  data: `HIVE_BAD_DATA HIVE_CURSOR_ERROR HIVE_CANNOT_OPEN_SPLIT HIVE_FILE_NOT_FOUND HIVE_UNSUPPORTED_FORMAT
    HIVE_PARTITION_SCHEMA_MISMATCH HIVE_INVALID_PARTITION_VALUE HIVE_INVALID_METADATA HIVE_INVALID_BUCKET_FILES
    HIVE_FILE_MISSING_COLUMN_NAMES HIVE_COLUMN_ORDER_MISMATCH HIVE_PARTITION_NOT_READABLE HIVE_PARTITION_OFFLINE
    HIVE_TABLE_OFFLINE HIVE_CORRUPTED_COLUMN_STATISTICS HIVE_INVALID_TIMESTAMP_COERCION`,
  FOLDER_NOT_WRITABLE: `HIVE_WRITER_OPEN_ERROR HIVE_WRITER_CLOSE_ERROR HIVE_WRITER_DATA_ERROR
    HIVE_WRITE_VALIDATION_FAILED HIVE_PATH_ALREADY_EXISTS HIVE_DATABASE_LOCATION_ERROR HIVE_TABLE_READ_ONLY
    HIVE_PARTITION_READ_ONLY`,
  TABLE_MISSING: `CATALOG_NOT_FOUND SCHEMA_NOT_FOUND TABLE_NOT_FOUND MISSING_TABLE NOT_FOUND MISSING_CATALOG_NAME
    MISSING_SCHEMA_NAME`,
  ENGINE_REFUSED: 'PERMISSION_DENIED QUERY_REJECTED',
  ENGINE_LIMIT: `EXCEEDED_TIME_LIMIT EXCEEDED_CPU_LIMIT EXCEEDED_SCAN_LIMIT EXCEEDED_GLOBAL_MEMORY_LIMIT
    EXCEEDED_LOCAL_MEMORY_LIMIT EXCEEDED_FUNCTION_MEMORY_LIMIT EXCEEDED_SPILL_LIMIT OUT_OF_SPILL_SPACE
    EXCEEDED_TASK_DESCRIPTOR_STORAGE_CAPACITY CLUSTER_OUT_OF_MEMORY GENERIC_INSUFFICIENT_RESOURCES OPTIMIZER_TIMEOUT
    PAGE_TOO_LARGE STACK_OVERFLOW QUERY_TEXT_TOO_LARGE QUERY_HAS_TOO_MANY_STAGES QUERY_EXCEEDED_COMPILER_LIMIT
    HIVE_TOO_MANY_OPEN_PARTITIONS HIVE_EXCEEDED_PARTITION_LIMIT HIVE_EXCEEDED_SPLIT_BUFFERING_LIMIT`,
  ENGINE_STATEMENT_ENDED: `ADMINISTRATIVELY_KILLED ADMINISTRATIVELY_PREEMPTED USER_CANCELED ABANDONED_QUERY ABANDONED_TASK
    SERVER_SHUTTING_DOWN SERVER_STARTING_UP NO_NODES_AVAILABLE REMOTE_TASK_ERROR REMOTE_TASK_FAILED REMOTE_TASK_MISMATCH
    REMOTE_BUFFER_CLOSE_FAILED REMOTE_HOST_GONE PAGE_TRANSPORT_ERROR PAGE_TRANSPORT_TIMEOUT TOO_MANY_REQUESTS_FAILED
    QUERY_QUEUE_FULL CATALOG_NOT_AVAILABLE CATALOG_UNAVAILABLE TRANSACTION_CONFLICT HIVE_METASTORE_ERROR
    HIVE_CONCURRENT_MODIFICATION_DETECTED HIVE_TABLE_DROPPED_DURING_QUERY HIVE_PARTITION_DROPPED_DURING_QUERY
    HIVE_TABLE_LOCK_NOT_ACQUIRED`,
};

const MEANING: ReadonlyMap<string, ErrorCode | 'data'> = new Map(
  Object.entries(NAMES).flatMap(([meaning, names]) =>
    names.split(/\s+/).map((name) => [name, meaning as ErrorCode | 'data'] as const),
  ),
);

const STORAGE_HINT =
  'Check that the Trino server may write where the schema of the ledger lies, and that there is room: SHOW CREATE SCHEMA names the place.';

/** What a failed statement means. An error that is in no list is a statement that Bursar should not have written. */
export function explainFailure(at: string, failure: TrinoFailure): OperatingError | EngineError {
  const { errorName, sql, query } = failure;
  const meaning = MEANING.get(errorName) ?? meaningElsewhere(failure);
  const message = `${failure.message} (${errorName}, query ${query})`;
  if (meaning === 'data' || meaning === 'unknown') {
    return new EngineError(message, sql, { cause: failure, why: meaning });
  }
  const hint = meaning === 'FOLDER_NOT_WRITABLE' ? { hint: STORAGE_HINT } : {};
  return new OperatingError(meaning, `Trino at ${at}: ${message}`, { cause: failure, ...hint });
}

/** Where the name does not say whether it is about a file. */
function meaningElsewhere({ errorName, sql, stackOfServer }: TrinoFailure): 'data' | 'FOLDER_NOT_WRITABLE' | 'unknown' {
  // One that cannot be read, or one that cannot be written: what was to be done tells them apart.
  if (errorName === 'HIVE_FILESYSTEM_ERROR')
    return /^\s*(SELECT|WITH|SHOW)\b/i.test(sql) ? 'data' : 'FOLDER_NOT_WRITABLE';
  // Trino 476 calls a damaged page GENERIC_INTERNAL_ERROR and a column of another type NOT_SUPPORTED.
  return stackOfServer.some((frame) => frame.startsWith('io.trino.parquet.')) ? 'data' : 'unknown';
}

interface RefusedRequest {
  readonly status: number;
  /** the body of the reply */
  readonly text: string;
  readonly asked: 'statement' | 'page' | 'version';
  readonly sql: string;
}

/** What an HTTP status other than 200 means, after the tries that it may ask for. */
export function explainStatus(at: string, { status, text, asked, sql }: RefusedRequest): OperatingError | EngineError {
  const said = `HTTP ${status}${firstLine(text)}`;
  if (status === 401 || status === 403) return new OperatingError('ENGINE_REFUSED', `Trino at ${at} refuses: ${said}`);
  if (isBusy(status)) return new OperatingError('ENGINE_UNREACHABLE', `Trino at ${at} has no time: ${said}`);
  // A coordinator that was started again knows none of its statements.
  if (status >= 500 || (asked === 'page' && (status === 404 || status === 410))) {
    return new OperatingError('ENGINE_STATEMENT_ENDED', `Trino at ${at} lost a statement: ${said}`);
  }
  if (asked === 'statement' && status === 400)
    return new EngineError(`Trino at ${at} takes no such request: ${said}`, sql);
  return notTrino(at, said);
}

/** Trino documents 502, 503 and 504 as "try again"; gateways before it answer 429 as well. */
export function isBusy(status: number): boolean {
  return status === 429 || (status >= 502 && status <= 504);
}

/** Servers explain themselves in a line of text, proxies in a page of HTML. */
function firstLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line === '' || line.startsWith('<') ? '' : `, ${line.slice(0, 200)}`;
}

export function notTrino(at: string, said: string): OperatingError {
  return new OperatingError('ENGINE_UNREACHABLE', `what answers at ${at} is no Trino server: ${said}`);
}

/** Credentials would follow to whatever host the address names. */
export function elsewhere(at: string, address: string): OperatingError {
  return new OperatingError('ENGINE_UNREACHABLE', `Trino at ${at} keeps its answer elsewhere: ${address}`, {
    hint: 'Behind a proxy, set http-server.process-forwarded=true on the coordinator and let the proxy send X-Forwarded headers; else name the host as the server names it.',
  });
}

type NetworkError = Error & { readonly code: string };

/** What Node and undici report with a code; but a request that we built wrongly, or make after the end, is a bug. */
export function isNetworkError(error: unknown): error is NetworkError {
  if (!(error instanceof Error) || error instanceof OperatingError || !('code' in error)) return false;
  return typeof error.code === 'string' && !/^UND_ERR_(INVALID_ARG|DESTROYED|CLOSED)$/.test(error.code);
}

/** No connection came about, so nothing was sent. Node tries all addresses of a name and sums up in an AggregateError. */
export function isConnectionError(error: NetworkError): boolean {
  if (error instanceof AggregateError || error.code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo');
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const DISTRUST = /^(ERR_TLS_|CERT_)|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)/;
const OTHER_PROTOCOL = /^(ERR_SSL_|EPROTO|HPE_)/;

/** Both sides do not understand or trust each other, and will not at another try. */
export function isHopeless({ code }: NetworkError): boolean {
  return DISTRUST.test(code) || OTHER_PROTOCOL.test(code);
}

export function unreachable(at: string, cause: NetworkError): OperatingError {
  const { code, message } = cause;
  const said = message.includes(code) ? message : `${message} (${code})`.trimStart();
  const failed = (what: string, hint = {}): OperatingError =>
    new OperatingError('ENGINE_UNREACHABLE', `${what}: ${said}`, { cause, ...hint });
  if (DISTRUST.test(code)) {
    return failed(`the certificate of ${at} is not trusted`, {
      hint: 'Name the authority that signed it as trino.ca in bursar.yaml; trino.host must be the name that it is for.',
    });
  }
  if (OTHER_PROTOCOL.test(code)) {
    return failed(`${at} speaks another protocol`, {
      hint: 'Check trino.tls and trino.port in bursar.yaml: HTTPS and plain HTTP have different ports.',
    });
  }
  return failed(`Trino at ${at} cannot be reached`);
}
