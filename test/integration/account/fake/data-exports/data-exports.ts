import { randomUUID } from 'node:crypto';
import { BILLING_REGION } from '../../organization.ts';
import { AwsError } from '../../wire/answer.ts';
import type { Moto } from '../../wire/moto-relay.ts';
import type { FakeService, Scene } from '../fake.ts';
import { pageOf } from '../pages.ts';
import { leaveTestObject, mayWrite } from './destination.ts';
import { type Export, executionStatus, type Kept, notFound, statusOf, type WholeExport } from './export.ts';
import { checkedQuery, columnsOf, TABLE, TABLE_DESCRIPTION, wholeSettings } from './table.ts';

type Arn = { readonly ExportArn: string };
type Page = { readonly NextToken?: string; readonly MaxResults?: number };
type Tags = readonly { readonly Key: string; readonly Value: string }[];

/** https://docs.aws.amazon.com/cur/latest/userguide/dataexports-create.html */
const QUOTA = 5;
const HOUR = 3_600_000;
/** The first delivery takes up to a day, later ones come daily. */
const FIRST_DELIVERY = 10 * HOUR;
const REFRESH = 24 * HOUR;

/**
 * NOT AWS: Data Exports (bcm-data-exports), which moto has not. Shapes and codes are those of the service model, rules those of
 * https://docs.aws.amazon.com/cur/latest/userguide/; nothing was taken from an account, and messages are AWS's only where a source quotes them.
 */
export class DataExports {
  /** Sources differ: does GetTable name line_item_iam_principal, and may a query select it? If not, exports get it by themselves. */
  selectsPrincipal = true;
  /** Sources differ: may UpdateExport change the settings of the table? */
  settingsMayChange = true;
  #exports: Kept[] = [];

  reset(): void {
    this.#exports = [];
    this.selectsPrincipal = true;
    this.settingsMayChange = true;
  }

  readonly operations: FakeService = {
    ListTables: (input: Page) => {
      const { page, next } = pageOf([TABLE_DESCRIPTION], input.NextToken, input.MaxResults ?? 300);
      return { Tables: page, ...next };
    },
    GetTable: (input: { TableName: string; TableProperties?: Record<string, string> }) => {
      const settings = wholeSettings(input.TableName, input.TableProperties ?? {}, null);
      const Schema = columnsOf(settings, this.selectsPrincipal);
      return { TableName: TABLE, Description: TABLE_DESCRIPTION.Description, TableProperties: settings, Schema };
    },
    CreateExport: async (input: { Export: Export; ResourceTags?: Tags }, { call, now, moto }) => {
      const mine = this.#exports.filter(({ account }) => account === call.account);
      const { Name } = input.Export;
      if (mine.some(({ export: { Name: taken } }) => taken === Name))
        throw new AwsError('ValidationException', `duplicate export name: ${Name}`);
      if (mine.length >= QUOTA)
        throw new AwsError(
          'ServiceQuotaExceededException',
          `You have reached the limit of ${QUOTA} exports for ${TABLE}.`,
        );
      const ExportArn = `arn:aws:bcm-data-exports:${BILLING_REGION}:${call.account}:export/${Name}-${randomUUID()}`;
      const whole = { ...checkedQuery(input.Export, call.account, this.selectsPrincipal), ExportArn };
      await tryToWrite(moto, call.account, whole);
      const tags = new Map((input.ResourceTags ?? []).map(({ Key, Value }) => [Key, Value]));
      this.#exports.push({ account: call.account, created: now, updated: now, export: whole, tags, executions: [] });
      return { ExportArn };
    },
    GetExport: ({ ExportArn }: Arn, scene) => {
      const kept = this.#find(ExportArn, scene);
      return { Export: kept.export, ExportStatus: statusOf(kept) };
    },
    ListExports: (input: Page, { call }) => {
      const mine = this.#exports.filter(({ account }) => account === call.account);
      const { page, next } = pageOf(mine, input.NextToken, input.MaxResults ?? 300);
      const Exports = page.map((kept) => ({
        ExportArn: kept.export.ExportArn,
        ExportName: kept.export.Name,
        ExportStatus: statusOf(kept),
      }));
      return { Exports, ...next };
    },
    UpdateExport: async (input: Arn & { Export: Export }, scene) => {
      const kept = this.#find(input.ExportArn, scene);
      const { account } = kept;
      const whole = { ...checkedQuery(input.Export, account, this.selectsPrincipal), ExportArn: input.ExportArn };
      if (whole.Name !== kept.export.Name)
        throw new AwsError('ValidationException', 'The name of an export cannot be changed.');
      const settings = ({ DataQuery }: Export) => JSON.stringify(DataQuery.TableConfigurations);
      if (!this.settingsMayChange && settings(whole) !== settings(kept.export))
        throw new AwsError('ValidationException', 'The table configurations of an export cannot be changed.');
      await tryToWrite(scene.moto, account, whole);
      kept.export = whole;
      kept.updated = scene.now;
      return { ExportArn: input.ExportArn };
    },
    DeleteExport: ({ ExportArn }: Arn, scene) => {
      const kept = this.#find(ExportArn, scene);
      this.#exports = this.#exports.filter((other) => other !== kept);
      return { ExportArn };
    },
    ListExecutions: (input: Arn & Page, scene) => {
      const kept = this.#find(input.ExportArn, scene);
      const { page, next } = pageOf(kept.executions.toReversed(), input.NextToken, input.MaxResults ?? 300);
      return {
        Executions: page.map((one) => ({ ExecutionId: one.id, ExecutionStatus: executionStatus(one) })),
        ...next,
      };
    },
    GetExecution: (input: Arn & { ExecutionId: string }, scene) => {
      const found = this.#find(input.ExportArn, scene).executions.find(({ id }) => id === input.ExecutionId);
      if (found === undefined) throw notFound(`Execution ${input.ExecutionId}`);
      return { ExecutionId: found.id, Export: found.export, ExecutionStatus: executionStatus(found) };
    },
    TagResource: (input: { ResourceArn: string; ResourceTags: Tags }, scene) => {
      const { tags } = this.#find(input.ResourceArn, scene);
      for (const { Key, Value } of input.ResourceTags) tags.set(Key, Value);
      return {};
    },
    UntagResource: (input: { ResourceArn: string; ResourceTagKeys: readonly string[] }, scene) => {
      const { tags } = this.#find(input.ResourceArn, scene);
      for (const key of input.ResourceTagKeys) tags.delete(key);
      return {};
    },
    ListTagsForResource: (input: { ResourceArn: string } & Page, scene) => {
      const all = [...this.#find(input.ResourceArn, scene).tags].map(([Key, Value]) => ({ Key, Value }));
      const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 300);
      return { ResourceTags: page, ...next };
    },
  };

  /** All exports that are there, without what is drawn at random. */
  state(): unknown[] {
    return this.#exports.map(({ account, export: { ExportArn, ...rest }, tags, executions }) => {
      return { account, ...rest, tags: Object.fromEntries(tags), health: executions.at(-1)?.failure ?? 'HEALTHY' };
    });
  }

  /** Time has passed: exports that are due are delivered, or fail because the bucket lets nobody in. */
  async deliver(now: Date, moto: Moto): Promise<void> {
    for (const kept of this.#exports) {
      for (;;) {
        const last = kept.executions.at(-1)?.at;
        const due = last === undefined ? kept.created.getTime() + FIRST_DELIVERY : last.getTime() + REFRESH;
        if (due > now.getTime()) break;
        const failure = (await mayWrite(moto, kept.account, kept.export)) ? null : 'INSUFFICIENT_PERMISSION';
        kept.executions.push({ id: randomUUID(), at: new Date(due), failure, export: kept.export });
      }
    }
  }

  /** Puts an execution there, such as a failed one; `failure` is a StatusReason or null. */
  execute(name: string, failure: string | null, at: Date): void {
    const kept = this.#exports.find(({ export: { Name } }) => Name === name);
    if (kept === undefined) throw new Error(`there is no export ${name}`);
    kept.executions.push({ id: randomUUID(), at, failure, export: kept.export });
  }

  #find(arn: string, { call }: Scene): Kept {
    const found = this.#exports.find(
      ({ account, export: { ExportArn } }) => account === call.account && ExportArn === arn,
    );
    if (found === undefined) throw notFound(`Export ${arn}`);
    return found;
  }
}

async function tryToWrite(moto: Moto, account: string, whole: WholeExport): Promise<void> {
  if (!(await mayWrite(moto, account, whole))) {
    const { S3Bucket } = whole.DestinationConfigurations.S3Destination;
    throw new AwsError('ValidationException', `S3 bucket permission validation failed for ${S3Bucket}`);
  }
  await leaveTestObject(moto, account, whole);
}
