import { randomUUID } from 'node:crypto';
import {
  CreateGroupCommand,
  CreateGroupMembershipCommand,
  CreateUserCommand,
  DeleteGroupMembershipCommand,
  DeleteUserCommand,
  IdentitystoreClient,
} from '@aws-sdk/client-identitystore';
import { afterAll, inject } from 'vitest';

const moto = inject('moto');

/** Clients of the tests' own, straight to the server. */
const clients = new Map<string, IdentitystoreClient>();

afterAll(() => {
  for (const client of clients.values()) client.destroy();
});

function clientIn(region: string): IdentitystoreClient {
  const client =
    clients.get(region) ??
    new IdentitystoreClient({
      region,
      endpoint: moto.endpoint,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    });
  clients.set(region, client);
  return client;
}

/** An identity store that no other test knows, with what a directory does to it. */
export class IdentityStore {
  readonly id: string;
  readonly #client: IdentitystoreClient;
  readonly #groups = new Map<string, string>();
  readonly #users = new Map<string, string>();
  readonly #memberships = new Map<string, string>();

  constructor(id = `d-${randomUUID().replaceAll('-', '').slice(0, 10)}`, region = 'us-east-1') {
    this.id = id;
    this.#client = clientIn(region);
  }

  async addUser(userName: string, name: string, email: string, ...groups: readonly string[]): Promise<void> {
    const [GivenName = name, FamilyName = name] = name.split(' ');
    const { UserId = '' } = await this.#client.send(
      new CreateUserCommand({
        IdentityStoreId: this.id,
        UserName: userName,
        DisplayName: name,
        Name: { GivenName, FamilyName },
        Emails: [{ Value: email, Type: 'work', Primary: true }],
      }),
    );
    this.#users.set(userName, UserId);
    for (const group of groups) await this.join(userName, group);
  }

  async join(userName: string, group: string): Promise<void> {
    const { MembershipId = '' } = await this.#client.send(
      new CreateGroupMembershipCommand({
        IdentityStoreId: this.id,
        GroupId: await this.addGroup(group),
        MemberId: { UserId: this.#users.get(userName) ?? '' },
      }),
    );
    this.#memberships.set(`${userName} in ${group}`, MembershipId);
  }

  async leave(userName: string, group: string): Promise<void> {
    const MembershipId = this.#memberships.get(`${userName} in ${group}`);
    await this.#client.send(new DeleteGroupMembershipCommand({ IdentityStoreId: this.id, MembershipId }));
  }

  async addGroup(name: string): Promise<string> {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const { GroupId = '' } = await this.#client.send(
      new CreateGroupCommand({ IdentityStoreId: this.id, DisplayName: name }),
    );
    this.#groups.set(name, GroupId);
    return GroupId;
  }

  async removeUser(userName: string): Promise<void> {
    await this.#client.send(new DeleteUserCommand({ IdentityStoreId: this.id, UserId: this.#users.get(userName) }));
  }
}
