import { type Config, type ConfigFlags, loadConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { IngestOutcome } from '../../ledger/ingest.ts';
import type { CommandModule } from '../command-module.ts';
import { type ViewAsked, viewAsked } from '../cost-explorer/view-asked.ts';
import { type LedgerInUse, withLedger } from '../ledger-in-use.ts';
import { parseTime, withCostExplorer, withSource } from '../options.ts';
import { describeOutcome, remarksOn } from '../outcome-text.ts';

interface IngestOptions extends ConfigFlags {
  readonly period?: string;
}

export const define: CommandModule['define'] = (command, context, finish) => {
  withCostExplorer(withSource(command))
    .option('--period <month>', 'with --source ce: what to ask for; by default the month of yesterday')
    .addHelpText(
      'after',
      `
Reads the billing periods that AWS delivered anew since the last time, and those that a newly known Marketplace product
concerns. report and verify do it by themselves.

Examples:
  bursar ingest --cur ./cur
  bursar ingest --source ce --period 2026-10 --yes`,
    )
    .action(async (options: IngestOptions) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const action = async ({ source, ledger, outcomes }: LedgerInUse): Promise<void> => {
        const lines = [`Export: ${source.place}`, `Ledger: ${ledger.place}`, ...outcomes.flatMap(linesOn)];
        context.stdout.write(`${lines.join('\n')}\n`);
        const failed = outcomes.find((outcome) => outcome.kind === 'failed');
        finish(failed === undefined ? 0 : failed.error.exitCode);
      };
      await withLedger(config, context, action, askedOf(config, options));
    });
};

function askedOf(config: Config, options: IngestOptions): ViewAsked | null {
  if (config.source === 'cost-explorer') return viewAsked(config, parseTime(options));
  if (options.period === undefined) return null;
  throw new OperatingError(
    'OPTION_INVALID',
    '--period is for --source ce alone: of an export, all that is new is read',
  );
}

function linesOn(outcome: IngestOutcome): string[] {
  const remarks = outcome.kind === 'failed' ? [] : remarksOn(outcome.snapshot);
  return [describeOutcome(outcome), ...remarks.map((remark) => `  ${remark}`)];
}
