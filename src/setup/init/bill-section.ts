import { CUR_TABLE, type DataExport, exportFolder } from '../../domain/data-export.ts';
import { chooseExport, freeName } from '../export/choose.ts';
import { orElse } from '../read.ts';
import { type Found, isPayer } from './found.ts';
import { sessionTagLines } from './identity-section.ts';
import { inComment, off, onIf, prose, scalar } from './yaml-lines.ts';

/** Source: https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create.html */
const MOST_EXPORTS = 5;
const MOST_BUCKETS = 10;
const NAME = 'bursar';
const PREFIX = 'cur';

/** The export that can answer who spent what; `null` = there is none. */
export function goodExport({ exports }: Found): DataExport | null {
  return chooseExport(orElse(exports, []), NAME).used;
}

/** `cur:`, with what exports there are. */
export function billSection(found: Found): string[] {
  const good = goodExport(found);
  const listed = orElse(found.exports, []);
  return [
    ...prose('The bill: a CUR 2.0 export that names who called. A folder, or s3://bucket/prefix/export.'),
    ...describeExports(found),
    ...(good !== null
      ? [`cur: ${scalar(folderOf(good))}`]
      : [
          ...prose(
            'failure' in found.exports
              ? 'Whether there is an export could not be found out. Name it here, or switch this on when the first delivery of a new one is there, up to a day after bursar apply:'
              : listed.length === 0
                ? 'No export was found. Switch this on when the first delivery is there, up to a day after bursar apply:'
                : 'None of these names who called. Switch this on when the first delivery of the new one is there, up to a day after bursar apply:',
          ),
          ...off([`cur: s3://${bucketFor(found)}/${PREFIX}/${nameFor(found)}`]),
        ]),
  ];
}

/** Every export, and whether reports can say from it who called. */
function describeExports({ exports }: Found): string[] {
  const all = orElse(exports, []);
  const { used, others } = chooseExport(all, NAME);
  return all.flatMap((one) => {
    const faults = others.find((other) => other.export === one)?.faults;
    const what =
      one === used || faults?.length === 0
        ? 'names who called'
        : faults === undefined
          ? `an export of ${Object.keys(one.tables)[0] ?? 'another table'}, which reports cannot read`
          : `${faults.join(', ')}; a new export would stand beside it, without its past`;
    return prose(
      `- ${one.name} (${folderOf(one)}): ${what}${one.health.healthy ? '' : '; AWS says that it is unhealthy'}`,
    );
  });
}

function folderOf({ destination, name }: DataExport): string {
  return exportFolder(destination.bucket, destination.prefix, name).replace(/\/$/, '');
}

/** `setup:`: what the accounts are to be. */
export function setupSection(found: Found): string[] {
  const pays = isPayer(found) !== false;
  const wanted = goodExport(found) === null && pays;
  return [
    ...prose(
      'What the accounts are to be. bursar plan shows what would change, and changes nothing; bursar apply asks, and bursar undo takes back.',
    ),
    'setup:',
    ...prose(
      'tag IAM roles and users with what rules and the people file say; roles of Identity Center cannot be tagged',
      '  ',
    ),
    '  tag-principals: true',
    ...prose(
      'activate these tags for the bill, as iamPrincipal/<key>. AWS offers a key up to a day after a tagged principal called; it counts from its activation on',
      '  ',
    ),
    ...onIf(pays, ['  activate-tags: true']),
    ...prose(
      'first month whose lines AWS is asked to mark with the tags afterwards: twelve months at most, once a day',
      '  ',
    ),
    ...off([`  backfill: ${found.day.slice(0, 7)}`]),
    ...exportWish(found, wanted),
    ...prose('what Athena needs to read the export, with a limit on what one query may read', '  '),
    ...off(['  athena:', '    database: bursar', '    table: cur', '    workgroup: bursar', '    scan-gigabytes: 100']),
    ...sessionTagLines(found),
  ];
}

function exportWish(found: Found, wanted: boolean): string[] {
  const listed = orElse(found.exports, []).filter(({ tables }) => CUR_TABLE in tables);
  const buckets = orElse(found.buckets, []).slice(0, MOST_BUCKETS).map(inComment);
  const why = wanted
    ? 'the CUR 2.0 export that names who called. Its bucket is made where it is not there'
    : isPayer(found) === false
      ? 'the export that names who called: only the payer can have it made for all accounts'
      : 'there is an export that names who called; this would make another one';
  return [
    ...prose(why, '  '),
    ...(listed.length < MOST_EXPORTS
      ? []
      : prose(
          `the account has ${listed.length} exports of this kind, and ${MOST_EXPORTS} are the most: delete one first`,
          '  ',
        )),
    ...onIf(wanted, [
      '  export:',
      `    name: ${nameFor(found)}`,
      ...(buckets.length === 0 ? [] : prose(`there are: ${buckets.join(', ')}`, '    ')),
      `    bucket: ${bucketFor(found)}`,
      `    bucket-region: ${found.region}`,
      `    prefix: ${PREFIX}`,
      ...prose('hourly makes up to 24 times the rows; reports show days', '    '),
      '    granularity: daily',
      ...prose('a row for each resource: far more rows, and inference profiles can be told apart', '    '),
      '    resources: false',
    ]),
  ];
}

function bucketFor({ account, management }: Found): string {
  return `bursar-cur-${orElse(management, null) ?? account}`;
}

function nameFor({ exports }: Found): string {
  return freeName(orElse(exports, []), NAME);
}
