import { once } from 'node:events';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import { STANDARD_PORT, startDashboard } from '../../dashboard/server.ts';
import { OperatingError } from '../../domain/errors.ts';
import { builtPage } from '../built-page.ts';
import type { CommandModule } from '../command-module.ts';
import type { Context } from '../context.ts';
import { announce, withLedger } from '../ledger-in-use.ts';
import { wholeNumber, withSource } from '../options.ts';
import { rulesInUse } from '../rules-in-use.ts';

interface ServeOptions extends ConfigFlags {
  readonly port?: string;
  readonly host: string;
}

/** Names of this machine for itself. */
const OWN_HOSTS = ['127.0.0.1', 'localhost'];

const MAX_PORT = 65_535;

/** Seconds between two looks at the ledger: in a folder it costs nothing, on a server a statement. */
const LOOK_AGAIN = { duckdb: 1, trino: 60 } as const;

/** A page stays open all day: what does not fit goes to disk. Answers that are kept need as much again. */
const MEMORY_SHARE = 0.3;

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .option('--port <n>', 'port of 127.0.0.1; by default 8420, or the next free one where it is in use')
    .option('--host <host>', 'only 127.0.0.1: the page has no login yet', '127.0.0.1')
    .addHelpText(
      'after',
      `
Brings the ledger up to date and serves the page: who spends what, what changed, on which models. For this machine alone, and
read-only. Ctrl-C ends it. Another bursar ingest may run meanwhile, and bursar.yaml and the people file may change: the next
answer has it.

The API behind the page answers the same questions: /api/openapi.json describes it.

Examples:
  bursar serve --cur ./cur
  bursar serve --cur s3://bucket/prefix/export --port 8500`,
    )
    .action(async (options: ServeOptions) => {
      const port = options.port === undefined ? null : wholeNumber('--port', options.port, 0, MAX_PORT);
      if (!OWN_HOSTS.includes(options.host)) throw otherHost(options.host);
      await serve(() => loadConfig(options, context.env, context.cwd), port, context);
      finish(0);
    });
};

/** What V8 sets aside for young objects, from which on it is to set aside no more: with less it looks again and again which are needed. */
const YOUNG_BYTES = 32e6;

/** Left alone, V8 lets young objects take 130 MB, and old ones twice what is needed, before it looks: but a page stays open all day. */
function keepMemorySmall(): void {
  setFlagsFromString('--heap-growing-percent=60');
  const collections = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if ((young?.space_size ?? 0) < YOUNG_BYTES) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    collections.disconnect();
  });
  collections.observe({ entryTypes: ['gc'] });
}

/**
 * Serves until Ctrl-C.
 * @param load the configuration; its rules again when their files change
 */
export async function serve(load: () => Promise<Config>, port: number | null, context: Context): Promise<void> {
  keepMemorySmall();
  const config = await load();
  const built = await builtPage(context);
  await withLedger(config, context, async (inUse) => {
    announce(inUse, context);
    const dashboard = await startDashboard({
      ledger: inUse.ledger,
      outcomes: inUse.outcomes,
      ownRules: rulesInUse(config, load),
      engine: config.engine,
      exports: exportsOf(config),
      openEngine: () => inUse.openLongReader(MEMORY_SHARE),
      built,
      port,
      onBug: (error) => {
        const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
        context.stderr.write(`bug: please report it with these lines\n${stack}\n`);
      },
      lookAgain: LOOK_AGAIN[config.engine],
    });
    const other = port === null && dashboard.port !== STANDARD_PORT ? `port ${STANDARD_PORT} is in use; ` : '';
    context.stdout.write(`Bursar serves ${dashboard.url}  (${other}Ctrl-C ends it)\n`);
    if (!context.signal.aborted) await once(context.signal, 'abort');
    await dashboard.close();
  });
}

/** The exports as --cur names them. */
function exportsOf(config: Config): readonly string[] {
  if (config.source === 'cost-explorer') throw new Error('the page is of an export');
  return config.engine === 'trino' ? config.tables.map((name) => name.join('.')) : config.cur;
}

function otherHost(host: string): OperatingError {
  return new OperatingError('OPTION_INVALID', `--host ${host} would let others read the bill without a login`, {
    hint: 'The page is for this machine: leave --host out. From elsewhere, forward the port: ssh -L 8420:127.0.0.1:8420 HOST.',
  });
}
