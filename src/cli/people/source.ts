import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { PeopleConfig } from '../../config/config.ts';
import { OperatingError } from '../../domain/errors.ts';
import { IDENTITY_CENTER, type ImportReport, type Membership } from '../../domain/people.ts';
import type { Context } from '../context.ts';
import { openProgress } from '../progress.ts';

/** What people are imported from, read. */
export interface PeopleSource extends Pick<ImportReport, 'unmapped' | 'notes'> {
  readonly membership: Membership;
  /** for people */
  readonly place: string;
  /** how rows are marked where the user says nothing else */
  readonly standardName: string;
}

/** @throws OperatingError PEOPLE_SOURCE_INVALID, IDENTITY_CENTER_MISSING, OPTION_INVALID, and those of AWS */
export function readPeopleSource(config: PeopleConfig, context: Context): Promise<PeopleSource> {
  if (config.from === null) {
    throw new OperatingError('OPTION_INVALID', 'nothing says from where people are imported', {
      hint: `Add --from ${IDENTITY_CENTER} or --from FILE.csv, or write "from: …" into the section people of bursar.yaml.`,
    });
  }
  return config.from === IDENTITY_CENTER ? readDirectory(config, context) : readCsv(config.from, config, context);
}

async function readDirectory(config: PeopleConfig, context: Context): Promise<PeopleSource> {
  const { openAwsSession } = await import('../../aws/session.ts');
  const { readIdentityCenter } = await import('../../aws/read/identity-center.ts');
  const { isMapped, membersOfDirectory } = await import('../../people/from-directory.ts');
  const session = openAwsSession(config.aws);
  const progress = await openProgress(context);
  try {
    const directory = await readIdentityCenter(session, {
      identityStore: config.identityStore,
      isMapped: (group) => isMapped(group, config.groups),
      onProgress: (done, what) => progress.update(done, 0, what),
      signal: context.signal,
    });
    const membership = membersOfDirectory(directory, config.groups, Object.keys(config.dimensions), config.firstGroup);
    return {
      membership,
      place: `Identity Center ${directory.identityStore} in ${directory.region}`,
      standardName: IDENTITY_CENTER,
      unmapped: membership.unmapped,
      notes: [
        ...membership.idle.map((pattern) => `no group is called ${pattern}.`),
        ...membership.decided.map((text) => `${text}. The first in the map counts.`),
        ...membership.shared.map((address) => `${address} is the address of several users: it is nobody's session.`),
      ],
    };
  } finally {
    progress.stop();
    session.close();
  }
}

async function readCsv(
  path: string,
  { columns, dimensions, encoding }: PeopleConfig,
  { cwd }: Context,
): Promise<PeopleSource> {
  const { membersOfCsv } = await import('../../people/from-csv.ts');
  const asked = { named: columns, dimensions: Object.keys(dimensions) };
  const membership = membersOfCsv(path, await readFile(path), asked, encoding, (dimension, value) => {
    const spellings = dimensions[dimension]?.spellings ?? {};
    return Object.hasOwn(spellings, value) ? (spellings[value] ?? value) : value;
  });
  const { nameless } = membership;
  return {
    membership,
    place: relative(cwd, path),
    standardName: 'csv',
    unmapped: null,
    notes:
      nameless === 0
        ? []
        : [
            `${nameless.toLocaleString('en')} ${nameless === 1 ? 'line names' : 'lines name'} no session and are left out.`,
          ],
  };
}
