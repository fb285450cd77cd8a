import {
  AthenaClient,
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  ListNamedQueriesCommand,
} from '@aws-sdk/client-athena';
import { AwsError } from '../wire/answer.ts';
import type { FakeService, Scene } from './fake.ts';
import { pageOf } from './pages.ts';

type Configuration = Readonly<Record<string, unknown>>;
type Tags = readonly { readonly Key: string; readonly Value: string }[];

interface WorkGroup {
  readonly place: string;
  readonly Name: string;
  readonly CreationTime: number;
  Description?: string | undefined;
  State: string;
  Configuration: Configuration;
  Tags: Tags;
}

const ENGINE = { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' };
const PRIMARY = 'primary';

/**
 * NOT AWS: the workgroups of Athena. Moto has no UpdateWorkGroup and says nothing of groups that are not there. After the service model and
 * https://docs.aws.amazon.com/athena/latest/APIReference/.
 */
export class WorkGroups {
  #groups: WorkGroup[] = [];

  reset(): void {
    this.#groups = [];
  }

  readonly operations: FakeService = {
    CreateWorkGroup: async (
      input: { Name: string; Description?: string; Configuration?: Configuration; Tags?: Tags },
      scene,
    ) => {
      if (this.#here(scene).some(({ Name }) => Name === input.Name))
        throw new AwsError('InvalidRequestException', 'WorkGroup is already created.');
      const { Name, Description, Tags = [] } = input;
      const Configuration = { ...DEFAULTS, ...input.Configuration };
      // So that moto's named queries can be in it.
      await athena(scene).send(new CreateWorkGroupCommand({ Name }));
      this.#groups.push({ ...made(scene), Name, Description, Tags, Configuration, State: 'ENABLED' });
      return {};
    },
    GetWorkGroup: ({ WorkGroup }: { WorkGroup: string }, scene) => {
      const { Name, Description, State, Configuration, CreationTime } = this.#find(WorkGroup, scene);
      return { WorkGroup: { Name, Description, State, Configuration, CreationTime } };
    },
    ListWorkGroups: (input: { NextToken?: string; MaxResults?: number }, scene) => {
      const { page, next } = pageOf(
        this.#here(scene),
        input.NextToken,
        input.MaxResults ?? 50,
        'InvalidRequestException',
      );
      const WorkGroups = page.map(({ Name, Description, State, CreationTime }) => {
        return { Name, Description, State, CreationTime, EngineVersion: ENGINE };
      });
      return { WorkGroups, ...next };
    },
    UpdateWorkGroup: (
      input: { WorkGroup: string; Description?: string; State?: string; ConfigurationUpdates?: Configuration },
      scene,
    ) => {
      const found = this.#find(input.WorkGroup, scene);
      found.Description = input.Description ?? found.Description;
      found.State = input.State ?? found.State;
      found.Configuration = updated(found.Configuration, input.ConfigurationUpdates ?? {});
      return {};
    },
    DeleteWorkGroup: async (input: { WorkGroup: string; RecursiveDeleteOption?: boolean }, scene) => {
      const { WorkGroup, RecursiveDeleteOption = false } = input;
      if (WorkGroup === PRIMARY) throw new AwsError('InvalidRequestException', 'Cannot delete primary workgroup.');
      const found = this.#find(WorkGroup, scene);
      const { NamedQueryIds = [] } = await athena(scene).send(new ListNamedQueriesCommand({ WorkGroup }));
      if (NamedQueryIds.length > 0 && !RecursiveDeleteOption)
        throw new AwsError('InvalidRequestException', `WorkGroup ${WorkGroup} is not empty.`);
      await athena(scene).send(new DeleteWorkGroupCommand({ WorkGroup }));
      this.#groups = this.#groups.filter((other) => other !== found);
      return {};
    },
    ListTagsForResource: ({ ResourceARN }: { ResourceARN: string }, scene) => {
      return { Tags: this.#find(ResourceARN.split('workgroup/')[1] ?? '', scene).Tags };
    },
    TagResource: ({ ResourceARN, Tags }: { ResourceARN: string; Tags: Tags }, scene) => {
      const found = this.#find(ResourceARN.split('workgroup/')[1] ?? '', scene);
      const kept = found.Tags.filter(({ Key }) => Tags.every((tag) => tag.Key !== Key));
      found.Tags = [...kept, ...Tags];
      return {};
    },
  };

  /** The groups of all accounts, without times. */
  state(): unknown[] {
    return this.#groups.map(({ CreationTime: _, ...group }) => group);
  }

  #here(scene: Scene): WorkGroup[] {
    const place = placeOf(scene);
    const primary = { ...made(scene), Name: PRIMARY, State: 'ENABLED', Configuration: DEFAULTS, Tags: [] };
    return [primary, ...this.#groups.filter((group) => group.place === place)];
  }

  #find(name: string, scene: Scene): WorkGroup {
    const found = this.#here(scene).find(({ Name }) => Name === name);
    if (found === undefined) throw new AwsError('InvalidRequestException', `WorkGroup ${name} is not found.`);
    return found;
  }
}

const DEFAULTS: Configuration = {
  ResultConfiguration: {},
  EnforceWorkGroupConfiguration: true,
  PublishCloudWatchMetricsEnabled: true,
  RequesterPaysEnabled: false,
  EngineVersion: ENGINE,
};

function athena({ call, moto }: Scene): AthenaClient {
  return moto.client(AthenaClient, call.account, call.region);
}

function placeOf({ call }: Scene): string {
  return `${call.account} ${call.region}`;
}

function made(scene: Scene): Pick<WorkGroup, 'place' | 'CreationTime'> {
  return { place: placeOf(scene), CreationTime: Math.floor(scene.now.getTime() / 1000) };
}

/** `RemoveX: true` takes X away; `ResultConfigurationUpdates` are the same, one level down. */
function updated(before: Configuration, updates: Configuration): Configuration {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(updates)) {
    const [, removed] = /^Remove(.+)$/.exec(name) ?? [];
    if (removed !== undefined) {
      if (value === true) delete after[removed];
    } else if (name === 'ResultConfigurationUpdates')
      after.ResultConfiguration = updated((before.ResultConfiguration ?? {}) as Configuration, value as Configuration);
    else after[name] = value;
  }
  return after;
}
