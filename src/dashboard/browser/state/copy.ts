import type { StatusBody } from '../../api/status.ts';
import type { Address } from './address.ts';
import { writeDimensions } from './filter-text.ts';

/** The command that prints the table of the page. @param by the dimensions shown */
export function commandText({ period, from, to, where, cost }: Address, by: readonly string[], source: Source): string {
  return command('report', source, [
    '--by',
    writeDimensions(by),
    ...(period === null ? [] : ['--period', period]),
    ...(from === null ? [] : ['--from', from]),
    ...(to === null ? [] : ['--to', to]),
    ...where.flatMap((filter) => ['--where', filter]),
    ...(cost === 'net' ? [] : ['--cost', cost]),
  ]);
}

/** The command that also looks at the lines of the export. */
export function doctorText({ period }: Pick<Address, 'period'>, source: Source): string {
  return command('doctor', source, period === null ? [] : ['--period', period]);
}

type Source = Pick<StatusBody, 'engine' | 'exports'>;

function command(name: string, { engine, exports }: Source, options: readonly string[]): string {
  const words = [
    ...exports.flatMap((place) => ['--cur', place]),
    ...(engine === 'duckdb' ? [] : ['--engine', engine]),
    ...options,
  ];
  return ['bursar', name, ...words.map(shellWord)].join(' ');
}

/** As a POSIX shell takes it for one word, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
