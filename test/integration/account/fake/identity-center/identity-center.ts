import type { FakeService } from '../fake.ts';
import { AccessAttributes } from './access-attributes.ts';
import { INSTANCE, seesInstance } from './instance.ts';
import { PermissionSets } from './permission-sets.ts';

/**
 * NOT AWS: Identity Center's administration (sso-admin): moto has an instance in each account and region, ARNs that AWS's model refuses, and no
 * attributes for access control. After the service model and https://docs.aws.amazon.com/singlesignon/latest/APIReference/.
 */
export class IdentityCenter {
  readonly #sets = new PermissionSets();
  readonly #attributes = new AccessAttributes();
  #isOn = true;

  readonly operations: FakeService = {
    ListInstances: (_: unknown, scene) => ({ Instances: this.#isOn && seesInstance(scene) ? [INSTANCE] : [] }),
    ...this.#sets.operations,
    ...this.#attributes.operations,
  };

  reset(): void {
    this.#isOn = true;
    this.#sets.reset();
    this.#attributes.reset();
  }

  /** An organisation without Identity Center. */
  turnOff(): void {
    this.#isOn = false;
  }

  /** The permission set has a role in this account; the set is made if need be. */
  provision(name: string, account: string): void {
    this.#sets.provision(name, account);
  }

  state(): unknown {
    return { permissionSets: this.#sets.state(), accessControlAttributes: this.#attributes.state() };
  }
}
