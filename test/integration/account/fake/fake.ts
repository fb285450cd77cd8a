import type { Call } from '../wire/call.ts';
import type { Moto } from '../wire/moto-relay.ts';

type Output = Record<string, unknown>;

/** What an operation of ours may look at. */
export interface Scene {
  readonly call: Call;
  /** the clock of the server, which tests put forward */
  readonly now: Date;
  readonly moto: Moto;
}

/** Answers one operation; throws an AwsError to refuse. Inputs were checked against the service model before. */
export type Operation = (input: never, scene: Scene) => Output | Promise<Output>;
/** The operations of one service that are ours; all others are moto's. */
export type FakeService = Readonly<Record<string, Operation>>;
