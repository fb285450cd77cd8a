import { readWorkgroup, type WorkgroupSettings } from '../../aws/read/athena.ts';
import { deleteWorkgroup, workgroupConfiguration, writeWorkgroup } from '../../aws/write/athena.ts';
import type { Change, Json, State } from '../../domain/change.ts';
import { block, resource as hclResource, label } from '../hcl.ts';
import type { Kind } from '../kind.ts';
import { logicalId } from '../own-bucket.ts';
import { catalogOf } from '../place.ts';

/** By it Bursar knows its own workgroup; Athena has no other mark that is read with it. */
export const WORKGROUP_DESCRIPTION = 'Made by Bursar: a limit for what one query may read.';

/** One part: `workgroup` -> its settings. */
export function workgroupState(settings: WorkgroupSettings | null): State {
  if (settings === null) return { workgroup: null };
  const { results, encryption, enforced, scanBytes } = settings;
  return { workgroup: { results, encryption, enforced, scanBytes } };
}

/** A workgroup of Athena. The resource is its name. */
export const createWorkgroupKind: Kind = {
  words: (change) => {
    const { results, scanBytes } = madeBy(change);
    const isNew = change.before.workgroup === null;
    const limit = `${(scanBytes ?? 0) / 1e9} GB`;
    return {
      does: `${isNew ? 'make' : 'change'} the Athena workgroup ${change.resource}: a query may read ${limit} at most; answers, encrypted, go to ${results}`,
      effect: 'No query of this workgroup reads more by accident, whatever whoever asks it has set.',
      costs: 'nothing for the workgroup; S3 takes money for answers that are kept',
      undo: {
        possible: true,
        how: isNew
          ? 'the workgroup is removed with the history of its queries, unless somebody has saved queries in it; answers stay'
          : 'its settings are as before',
      },
    };
  },
  read: async (session, change, signal) =>
    workgroupState(await readWorkgroup(session, catalogOf(change), change.resource, signal)),
  write: async (session, change, { workgroup }, signal) => {
    const place = catalogOf(change);
    if (isSettings(workgroup))
      await writeWorkgroup(session, place, change.resource, WORKGROUP_DESCRIPTION, workgroup, signal);
    else if (workgroup === null) await deleteWorkgroup(session, place, change.resource, signal);
  },
  cli: (change) => {
    const { region } = catalogOf(change);
    const settings = workgroupConfiguration(madeBy(change));
    if (change.before.workgroup === null) {
      const options = ['--description', WORKGROUP_DESCRIPTION, '--configuration', JSON.stringify(settings)];
      return [['athena', 'create-work-group', '--region', region, '--name', change.resource, ...options]];
    }
    const { ResultConfiguration: ResultConfigurationUpdates, ...rest } = settings;
    const updates = JSON.stringify({ ...rest, ResultConfigurationUpdates });
    const options = ['--work-group', change.resource, '--configuration-updates', updates];
    return [['athena', 'update-work-group', '--region', region, ...options]];
  },
  cliThere: (change) => {
    if (change.before.workgroup !== null) return null;
    const query = `WorkGroups[?Name=='${change.resource}'].Name`;
    return ['athena', 'list-work-groups', '--region', catalogOf(change).region, '--query', query];
  },
  terraform: (change) => {
    const { results, encryption, enforced, scanBytes } = madeBy(change);
    return hclResource(
      'aws_athena_workgroup',
      label(change.resource),
      ['name', change.resource],
      ['description', WORKGROUP_DESCRIPTION],
      block(
        'configuration',
        ['enforce_workgroup_configuration', enforced],
        ['bytes_scanned_cutoff_per_query', scanBytes],
        block(
          'result_configuration',
          ['output_location', results],
          block('encryption_configuration', ['encryption_option', encryption]),
        ),
      ),
    );
  },
  cloudformation: (change) =>
    change.before.workgroup === null
      ? {
          logicalId: logicalId('WorkGroup', change.resource),
          body: {
            Type: 'AWS::Athena::WorkGroup',
            Properties: {
              Name: change.resource,
              Description: WORKGROUP_DESCRIPTION,
              WorkGroupConfiguration: workgroupConfiguration(madeBy(change)),
            },
          },
        }
      : null,
};

function madeBy({ after, id }: Change): WorkgroupSettings {
  if (!isSettings(after.workgroup)) throw new Error(`${id} makes no workgroup`);
  return after.workgroup;
}

function isSettings(part: Json | undefined): part is Json & WorkgroupSettings {
  return typeof part === 'object' && part !== null && 'enforced' in part;
}
