import type { ImportReport } from '../../domain/people.ts';
import type { CommandModule } from '../command-module.ts';
import { type Context, terminalWidth, wantsColour, write } from '../context.ts';
import { choice, collect, withSource } from '../options.ts';
import { importPeople } from '../people/import.ts';
import type { ImportOptions } from '../people/options.ts';

export const define: CommandModule['define'] = (command, context, finish) => {
  const summary = 'make or refresh the people file from Identity Center or a CSV file';
  const importing = command.command('import').summary(summary).exitOverride();
  importing.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}, and say which dollars it covers.`);
  withSource(importing)
    .option('--from <source>', 'identity-center, or a CSV file of another directory or an HR system')
    .option('--file <file>', 'the people file; by default the one that bursar.yaml names, or people.csv beside it')
    .option(
      '--group <rule>',
      'PATTERN=DIM:VALUE says to what the members of groups belong; may be repeated, in place of the map in bursar.yaml',
      collect,
    )
    .option(
      '--first-group',
      'where two groups of somebody disagree, the one that the map names first counts; else an error',
    )
    .option('--identity-store <id>', 'identity store id; by default that of the account and region')
    .option(
      '--columns <list>',
      'MEANING=COLUMN,… of the CSV file: session, person, status, from, to, dimensions',
      collect,
    )
    .option('--encoding <label>', 'of the CSV file, such as windows-1252; by default what its bytes say')
    .option(
      '--name <name>',
      'how imported rows are marked, where several imports share a file; by default identity-center or csv',
    )
    .option('--effective <day>', 'from which day (UTC) on the source is believed; by default today')
    .option('--accept-leavers', 'go on even where more than half of the people are gone')
    .option('--dry-run', 'print what would be written, and write nothing')
    .addOption(choice('--format <format>', 'table for people, json for programs', ['table', 'json'], 'table'))
    .addHelpText(
      'after',
      `
What the file says of days that are over stays. Somebody new gets a row without a first day, who moves gets a new row from
today on, who has left gets a last day. Rows that were written by hand stay, unless the source says something else of the same
session. With an export at hand (--cur, or cur in bursar.yaml) it also says which dollars are of people in the file.

Examples:
  bursar people import --from identity-center --group 'aws-data-*=team:data' --group 'aws-web=team:web' --dry-run
  bursar people import --from identity-center --group 'team-*=team:*' --cur ./cur
  bursar people import --from staff.csv --columns 'session=Email,person=Full name,team=Department'
  bursar people import --effective 2026-11-01`,
    )
    .action(async (options: ImportOptions) => {
      await print(await importPeople(options, context), options.format, context);
      finish(0);
    });
};

async function print(report: ImportReport, format: ImportOptions['format'], context: Context): Promise<void> {
  const { importJson, importText } = await import('../../report/format/people.ts');
  const { stdout } = context;
  const text =
    format === 'json'
      ? importJson(report)
      : importText(report, { width: terminalWidth(stdout), colour: wantsColour(context, stdout) });
  await write(stdout, [text]);
}
