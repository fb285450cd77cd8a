import { basename, join } from 'node:path';
import { AWS_AS_FOUND, type Config, loadConfig, withoutRules } from '../../config/config.ts';
import { NOTHING_PAID } from '../../config/cost-explorer.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  GRANULARITIES,
  type Granularity,
  SAMPLE_DEFAULTS,
  SAMPLE_LIMITS,
} from '../../demo/parameters.ts';
import { type Sample, writeSampleOrganisation } from '../../demo/write.ts';
import { DEFAULT_TAG_DIMENSIONS } from '../../domain/dimension.ts';
import { openDuckDB } from '../../engine/duckdb.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, invocation, resolvePath } from '../context.ts';
import { choice, wholeNumber } from '../options.ts';
import { openProgress } from '../progress.ts';
import { printAnswer, type ReportOptions, report } from './report.ts';
import { serve } from './serve.ts';

interface DemoOptions {
  readonly dir: string;
  readonly seed: string;
  readonly lines: string;
  readonly months: string;
  readonly callers: string;
  readonly sessions: string;
  readonly granularity: Granularity;
  readonly format: ExportFormat;
  readonly serve: boolean;
}

/** Parameters that are numbers and have an option of their name. */
type NumberOption = Exclude<keyof typeof SAMPLE_LIMITS, 'payers'>;

const FOLDER = 'bursar-demo';
const MEMORY = '2GB';

/** What the demo answers: who, then which people and applications. */
const QUESTIONS: readonly Pick<ReportOptions, 'by' | 'top'>[] = [{ by: 'team' }, { by: 'session', top: '8' }];

export const define: CommandModule['define'] = (command, context, finish) => {
  const number = (name: NumberOption): string => String(SAMPLE_DEFAULTS[name]);
  command
    .option('--dir <dir>', 'where to write it: a new or empty folder, or an earlier sample', FOLDER)
    .option('--seed <n>', 'the same seed gives the same organisation', number('seed'))
    .option(
      '--lines <n>',
      'lines of the export over all months, up to 50 million; a fifth are of Bedrock',
      number('lines'),
    )
    .option('--months <n>', 'billing periods, up to and with 2026-10', number('months'))
    .option('--callers <n>', 'people, applications, service users and keys', number('callers'))
    .option('--sessions <n>', 'further role sessions, of a Lambda function and of AgentCore', number('sessions'))
    .addOption(
      choice(
        '--granularity <span>',
        'the span of time that a line of usage adds up',
        GRANULARITIES,
        SAMPLE_DEFAULTS.granularity,
      ),
    )
    .addOption(choice('--format <format>', 'format of the data files', EXPORT_FORMATS, SAMPLE_DEFAULTS.format))
    .option('--no-serve', 'only print, without the page')
    .addHelpText(
      'after',
      `
Writes the CUR 2.0 export of an invented organisation, as AWS lays it out, and beside it its bursar.yaml and people.csv and
the truth about it; then ingests it, prints who spent what, and serves its page until Ctrl-C. Needs no AWS account.

Examples:
  bursar demo
  bursar demo --no-serve
  bursar demo --dir /tmp/large --lines 10000000 --callers 5000
  bursar demo --dir /tmp/year --months 10 --granularity daily`,
    )
    .action(async (options: DemoOptions) => {
      const sample = await writeSample(options, context);
      const config: Config = {
        source: 'export',
        engine: 'duckdb',
        cur: [sample.exportDir],
        ledger: null,
        cache: null,
        aws: AWS_AS_FOUND,
        costExplorer: NOTHING_PAID,
        dimensions: DEFAULT_TAG_DIMENSIONS,
        allocation: withoutRules(DEFAULT_TAG_DIMENSIONS),
        ruleFiles: [],
      };
      let holds = true;
      for (const question of QUESTIONS) {
        const answer = await report(config, { cost: 'net', format: 'table', ...question }, context);
        context.stdout.write('\n');
        await printAnswer(answer, 'table', context);
        holds &&= answer.check.difference === 0n;
      }
      context.stdout.write(nextSteps(options.dir, sample, context));
      if (options.serve) await serveSample(sample, context);
      finish(holds ? 0 : 1);
    });
};

async function writeSample(options: DemoOptions, context: Context): Promise<Sample> {
  const number = (name: NumberOption): number => {
    const [least, most] = SAMPLE_LIMITS[name];
    return wholeNumber(`--${name}`, options[name], least, most);
  };
  const dir = resolvePath(context, options.dir);
  const engine = await openDuckDB({ keepOrder: true, memoryLimit: MEMORY, signal: context.signal });
  const progress = await openProgress(context);
  try {
    const sample = await writeSampleOrganisation({
      dir,
      engine,
      seed: number('seed'),
      lines: number('lines'),
      months: number('months'),
      callers: number('callers'),
      sessions: number('sessions'),
      granularity: options.granularity,
      format: options.format,
      onProgress: (done, what) => progress.update(done, 0, `writing the sample organisation, ${what}`),
    });
    const verb = sample.kept ? 'Found' : 'Wrote';
    context.stdout.write(
      `${verb} a sample organisation: ${sample.lines.toLocaleString('en')} lines of CUR 2.0, ${sample.periods.join(', ')}\n` +
        `Export: ${sample.exportDir}\nTruth:  ${sample.truthDir}\nRules:  ${sample.configFile}, people.csv\n`,
    );
    return sample;
  } finally {
    progress.stop();
    await engine.close();
  }
}

/** With the sample's own rules and people, whatever the user's environment says of an export of theirs. */
async function serveSample({ configFile }: Sample, context: Context): Promise<void> {
  const env = Object.fromEntries(Object.entries(context.env).filter(([name]) => !name.startsWith('BURSAR_')));
  const load = () => loadConfig({ config: configFile }, env, context.cwd);
  context.stdout.write("\nIts page, with the organisation's rules and people file:\n");
  await serve(load, null, context);
}

function nextSteps(dir: string, { periods, configFile }: Sample, context: Context): string {
  const bursar = invocation(context);
  const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`);
  const cur = `--cur ${quoted(dir)}`;
  const config = `--config ${quoted(join(dir, basename(configFile)))}`;
  return `
Ask more:
  ${bursar} report ${cur} --by model,token-kind
  ${bursar} report ${cur} --by team --grain month --period ${periods[0]}..${periods.at(-1)}
  ${bursar} verify ${cur}
With the organisation's rules and people file:
  ${bursar} report ${config} --by team
  ${bursar} report ${config} --by person --top 10
  ${bursar} explain ${config} 'team=(none)'
Your own export:
  ${bursar} report --cur DIR
`;
}
