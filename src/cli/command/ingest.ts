import { loadConfig } from '../../config/config.ts';
import type { IngestOutcome } from '../../ledger/ingest.ts';
import type { CommandModule } from '../command-module.ts';
import { useLedger } from '../ledger-in-use.ts';
import { withSource } from '../options.ts';
import { describeOutcome, remarksOn } from '../outcome-text.ts';

export const define: CommandModule['define'] = (command, context, finish) => {
  withSource(command)
    .addHelpText(
      'after',
      `
Reads the billing periods that AWS delivered anew since the last time, and those that a newly known Marketplace product
concerns. report and verify do it by themselves.

Example:
  bursar ingest --cur ./cur`,
    )
    .action(async (options: { cur?: string; ledger?: string; config?: string }) => {
      const config = await loadConfig(options, context.env, context.cwd);
      const { export: source, ledger, outcomes } = await useLedger(config, context);
      const lines = [`Export: ${source.path}`, `Ledger: ${ledger.path}`, ...outcomes.flatMap(linesOn)];
      context.stdout.write(`${lines.join('\n')}\n`);
      const failed = outcomes.find((outcome) => outcome.kind === 'failed');
      finish(failed === undefined ? 0 : failed.error.exitCode);
    });
};

function linesOn(outcome: IngestOutcome): string[] {
  const remarks = outcome.kind === 'failed' ? [] : remarksOn(outcome.snapshot);
  return [describeOutcome(outcome), ...remarks.map((remark) => `  ${remark}`)];
}
