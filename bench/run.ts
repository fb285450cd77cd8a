import { parseArgs } from 'node:util';
import { alone } from './alone.ts';
import { BENCHMARKS, type Sizes } from './benchmarks.ts';
import { machineFacts } from './machine.ts';
import { type Line, table } from './table.ts';

const LINES = 10_000_000;
/** The large sample has so many times the lines of the other. */
const LARGE = 5;

const USAGE = `npm run bench -- [--large] [--only NAME]… [--lines N]

Measures Bursar against floors and goals, whole processes each; exit code 1 when a goal is missed.

  --large      also what needs ${(LINES * LARGE) / 1e6} million lines (8 GB of disk)
  --only NAME  one benchmark, may be repeated: ${Object.keys(BENCHMARKS).join(', ')}
  --lines N    another size than ${LINES.toLocaleString('en')} lines, to try something: goals then decide nothing

Samples and ledgers are kept in bench/data for the next run; delete the folder at any time.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      large: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      lines: { type: 'string', default: String(LINES) },
      help: { type: 'boolean', default: false },
    },
  });
  const lines = Number(values.lines);
  const unknown = values.only.filter((name) => !Object.hasOwn(BENCHMARKS, name));
  if (values.help || unknown.length > 0 || !Number.isInteger(lines)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  console.log(
    `${machineFacts()}\nMedians of whole processes, least..most in brackets; ratios and differences round by round.\n`,
  );
  const chosen = Object.keys(BENCHMARKS).filter((name) =>
    values.only.length > 0 ? values.only.includes(name) : values.large || !BENCHMARKS[name]?.large,
  );
  const measured = await alone(async () => {
    const all: Line[] = [];
    for (const name of chosen) all.push(...(await measureOne(name, { lines, largeLines: lines * LARGE })));
    return all;
  });
  const atSize = lines === LINES;
  console.log(table(measured, atSize));
  return atSize && measured.some(({ met }) => met === false) ? 1 : 0;
}

/** A benchmark that cannot be finished misses its goal; the others still count. */
async function measureOne(name: string, sizes: Sizes): Promise<Line[]> {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) return [];
  console.error(`${name}: ${benchmark.about}`);
  try {
    return await benchmark.measure(sizes);
  } catch (error) {
    console.error(error);
    return [{ what: name, measured: 'FAILED, see above', against: '', result: '', goal: 'completes', met: false }];
  }
}

process.exitCode = await main();
