import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerSecrets } from './trino-credentials.ts';

type Properties = Readonly<Record<string, string | number | boolean>>;
export type Catalogs = Readonly<Record<string, Properties>>;

export interface Layout {
  /** where the server keeps all it writes */
  readonly folder: string;
  readonly lake: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** Writes the configuration of a coordinator that is its own worker and listens on the loopback interface only. */
export function writeConfig(layout: Layout, secrets: ServerSecrets, catalogs: Catalogs): void {
  const etc = join(layout.folder, 'etc');
  mkdirSync(join(etc, 'catalog'), { recursive: true });
  mkdirSync(layout.lake, { recursive: true });
  const authenticator = { 'password-authenticator.name': 'file', 'file.password-file': secrets.passwordFile };
  writeProperties(join(etc, 'config.properties'), { ...server(layout), ...security(layout, secrets, etc) });
  writeProperties(join(etc, 'password-authenticator.properties'), authenticator);
  writeProperties(join(etc, 'log.properties'), { 'io.trino': 'WARN', 'io.airlift': 'WARN', Bootstrap: 'WARN' });
  for (const [name, properties] of Object.entries({ hive: hive(layout.lake), memory: MEMORY, ...catalogs })) {
    writeProperties(join(etc, 'catalog', `${name}.properties`), properties);
  }
}

const MEMORY: Properties = { 'connector.name': 'memory' };

function hive(lake: string): Properties {
  return {
    'connector.name': 'hive',
    'hive.metastore': 'file',
    'hive.metastore.catalog.dir': 'local:///catalog',
    'fs.native-local.enabled': true,
    'local.location': lake,
    'hive.non-managed-table-writes-enabled': true,
    // Months to come have no folder; in S3 there are no folders, so there Trino needs no telling.
    'hive.ignore-absent-partitions': true,
    'hive.storage-format': 'PARQUET',
    'hive.compression-codec': 'ZSTD',
  };
}

function server({ httpPort }: Layout): Properties {
  return {
    coordinator: true,
    'node-scheduler.include-coordinator': true,
    'node.bind-ip': '127.0.0.1',
    'node.internal-address': '127.0.0.1',
    'discovery.uri': `http://127.0.0.1:${httpPort}`,
    // Static catalogs take up to 5 s after the start until queries find a node for them.
    'catalog.management': 'dynamic',
    'query.max-memory': '2GB',
  };
}

function security({ httpPort, httpsPort }: Layout, secrets: ServerSecrets, etc: string): Properties {
  return {
    'http-server.http.port': httpPort,
    'http-server.https.enabled': true,
    'http-server.https.port': httpsPort,
    'http-server.https.keystore.path': secrets.keyStore,
    'http-server.https.keystore.key': secrets.keyStorePassword,
    'http-server.authentication.type': 'PASSWORD,JWT',
    'http-server.authentication.allow-insecure-over-http': true,
    'http-server.authentication.jwt.key-file': secrets.jwtKeyFile,
    'password-authenticator.config-files': join(etc, 'password-authenticator.properties'),
    'internal-communication.shared-secret': randomBytes(32).toString('hex'),
  };
}

function writeProperties(path: string, properties: Properties): void {
  writeFileSync(
    path,
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
}
