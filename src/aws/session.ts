import http from 'node:http';
import https from 'node:https';
import type { fromNodeProviderChain } from '@aws-sdk/credential-providers';

/** How an AWS account is reached; `null`: as the AWS SDK finds it (environment, ~/.aws/config, the machine). */
export interface AwsSettings {
  readonly profile: string | null;
  readonly region: string | null;
  /** another address for every service, such as a VPC endpoint or a test server */
  readonly endpoint: string | null;
  /** ARN of a role to assume with the credentials that are found */
  readonly role?: string | null;
}

type Credentials = ReturnType<typeof fromNodeProviderChain>;

/** What the constructor of every SDK client takes. */
interface AwsClientOptions {
  readonly region: string;
  readonly credentials: Credentials;
  readonly endpoint?: string;
  readonly retryMode: 'standard' | 'adaptive';
  readonly maxAttempts: number;
  readonly userAgentAppId: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
    readonly httpAgent: http.Agent;
    readonly httpsAgent: https.Agent;
  };
}

/** Credentials found once, for all clients. */
export interface AwsSession {
  readonly settings: AwsSettings;
  /**
   * Loads no service: `new S3Client({ ...(await session.clientOptions('us-east-1')) })`.
   * @param regionless the region to call where nobody names one; `null`: the service has one in each region, so it must be named
   * @throws the SDK's own error where no region is known; run it inside `askingAws`
   */
  clientOptions(regionless?: string | null): Promise<AwsClientOptions>;
  /** Closes the connections that are kept open. */
  close(): void;
}

const MAX_ATTEMPTS = 5;
const CONNECTION_TIMEOUT_MS = 5_000;
/** Until the answer begins. */
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_SOCKETS = 32;

/** The SDK writes warnings onto the console when nobody else takes them; only the faces print. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * The default credential chain: environment, profile (keys, roles, single sign-on), web identity, container, instance.
 * Nothing is loaded or asked before the first client.
 */
export function openAwsSession(settings: AwsSettings): AwsSession {
  let agents: Agents | null = null;
  let credentials: Credentials | null = null;
  return {
    settings,
    clientOptions: async (regionless = null) => {
      agents ??= makeAgents();
      credentials ??= await findCredentials(settings);
      return {
        region: settings.region ?? (await configuredRegion(settings, regionless)),
        credentials,
        ...(settings.endpoint === null ? {} : { endpoint: settings.endpoint }),
        retryMode: 'standard',
        maxAttempts: MAX_ATTEMPTS,
        userAgentAppId: 'bursar',
        requestHandler: {
          connectionTimeout: CONNECTION_TIMEOUT_MS,
          requestTimeout: REQUEST_TIMEOUT_MS,
          throwOnRequestTimeout: true,
          httpAgent: agents.httpAgent,
          httpsAgent: agents.httpsAgent,
        },
      };
    },
    close: () => {
      agents?.close();
      agents = null;
    },
  };
}

interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
  close(): void;
}

/**
 * They go through the proxy that HTTPS_PROXY and NO_PROXY name, as the AWS CLI does. A client of the SDK that is destroyed destroys its
 * agents, with the requests of every other client: these close with the session alone.
 */
function makeAgents(): Agents {
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: process.env };
  const [httpAgent, httpsAgent] = [new http.Agent(options), new https.Agent(options)];
  const close = (): void => {
    http.Agent.prototype.destroy.call(httpAgent);
    https.Agent.prototype.destroy.call(httpsAgent);
  };
  for (const agent of [httpAgent, httpsAgent]) agent.destroy = () => {};
  return { httpAgent, httpsAgent, close };
}

/** Kept until five minutes before they end; then found anew. */
async function findCredentials({ profile, region, role, endpoint }: AwsSettings): Promise<Credentials> {
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  const found = fromNodeProviderChain({
    logger: silent,
    ...(profile === null ? {} : { profile }),
    ...(region === null ? {} : { clientConfig: { region } }),
  });
  if (role === undefined || role === null) return found;
  return fromTemporaryCredentials({
    masterCredentials: found,
    params: { RoleArn: role, RoleSessionName: 'bursar' },
    logger: silent,
    clientConfig: { region: region ?? 'us-east-1', ...(endpoint === null ? {} : { endpoint }) },
  });
}

/** AWS_REGION, or the region of the profile. */
async function configuredRegion({ profile }: AwsSettings, regionless: string | null): Promise<string> {
  const { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } = await import(
    '@smithy/core/config'
  );
  const selectors =
    regionless === null ? NODE_REGION_CONFIG_OPTIONS : { ...NODE_REGION_CONFIG_OPTIONS, default: regionless };
  return loadConfig(selectors, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...(profile === null ? {} : { profile }) })();
}
