import { type ConfigFlags, loadConfig } from '../../config/config.ts';
import type { IngestOutcome } from '../../ledger/ingest.ts';
import type { CommandModule } from '../command-module.ts';
import { withLedger } from '../ledger-in-use.ts';
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
    .action(async (options: ConfigFlags) => {
      const config = await loadConfig(options, context.env, context.cwd);
      await withLedger(config, context, async ({ source, ledger, outcomes }) => {
        const lines = [`Export: ${source.place}`, `Ledger: ${ledger.place}`, ...outcomes.flatMap(linesOn)];
        context.stdout.write(`${lines.join('\n')}\n`);
        const failed = outcomes.find((outcome) => outcome.kind === 'failed');
        finish(failed === undefined ? 0 : failed.error.exitCode);
      });
    });
};

function linesOn(outcome: IngestOutcome): string[] {
  const remarks = outcome.kind === 'failed' ? [] : remarksOn(outcome.snapshot);
  return [describeOutcome(outcome), ...remarks.map((remark) => `  ${remark}`)];
}
