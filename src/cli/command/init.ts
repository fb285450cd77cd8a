import type { ConfigFlags } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import type { CommandModule } from '../command-module.ts';
import { terminalWidth, wantsColour, write } from '../context.ts';
import { collect, wholeNumber, withAws } from '../options.ts';

interface InitOptions extends ConfigFlags {
  readonly days: string;
  readonly pages: string;
  readonly regions?: readonly string[];
  readonly memberRole?: string;
  readonly print?: boolean;
  readonly force?: boolean;
}

const MOST_DAYS = 90;

export const define: CommandModule['define'] = (command, context, finish) => {
  command.option('--config <file>', 'the file to write; by default bursar.yaml where you stand [BURSAR_CONFIG]');
  withAws(command)
    .option('--days <n>', `how many days back callers are looked for; CloudTrail keeps ${MOST_DAYS}`, String(MOST_DAYS))
    .option(
      '--regions <list>',
      'regions in which callers are looked for, with commas; by default all that are never off, and that of the command',
      collect,
    )
    .option(
      '--member-role <name>',
      'role to assume in each account of the organization, such as OrganizationAccountAccessRole, to look for its callers too',
    )
    .option('--pages <n>', 'most pages of 50 events of CloudTrail that are read in a region, two a second', '240')
    .option('--print', 'print the file instead of writing it')
    .option('--force', 'replace a file that is there')
    .addHelpText(
      'after',
      `
Reads, and changes nothing in AWS: who called Bedrock lately (CloudTrail's event history, which needs no trail and costs
nothing), tags of those roles and users, exports, buckets, cost allocation tags, the accounts of the organization, Identity Center and
its permission sets. What may not be read is a comment in the file that names the permission. Calls through bedrock-mantle,
agents and batch jobs are not in the event history.

Accounts that a bursar.yaml which is already there names are looked at as well: fill in their profiles, and run it again.

Examples:
  bursar init --profile billing
  bursar init --profile billing --member-role OrganizationAccountAccessRole --regions us-east-1,eu-central-1
  bursar init --print --days 7`,
    )
    .action(async (options: InitOptions) => {
      const { makeFile } = await import('../init/make-file.ts');
      const { initSummary } = await import('../init/summary.ts');
      const made = await makeFile(
        {
          flags: options,
          days: wholeNumber('--days', options.days, 1, MOST_DAYS),
          mostPages: wholeNumber('--pages', options.pages, 1, 100_000),
          regions: (options.regions ?? []).flatMap((list) => list.split(',')).map(parseRegion),
          memberRole: options.memberRole ?? null,
          print: options.print === true,
          force: options.force === true,
        },
        context,
      );
      const { stdout, stderr } = context;
      // With --print the file alone is on standard output.
      const stream = options.print === true ? stderr : stdout;
      if (options.print === true) await write(stdout, [made.text]);
      await write(stream, [initSummary(made, { width: terminalWidth(stream), colour: wantsColour(context, stream) })]);
      finish(0);
    });
};

/** @throws OperatingError OPTION_INVALID */
function parseRegion(text: string): string {
  const region = text.trim();
  if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return region;
  throw new OperatingError('OPTION_INVALID', `--regions ${JSON.stringify(region)} is not understood`, {
    hint: 'It takes regions such as us-east-1,eu-central-1.',
  });
}
