import { AwsError } from '../../wire/answer.ts';
import type { FakeService } from '../fake.ts';
import { checkInstance, type OfInstance } from './instance.ts';

interface Attribute {
  readonly Key: string;
  readonly Value: { readonly Source: readonly string[] };
}

interface Configuration {
  readonly AccessControlAttributes: readonly Attribute[];
}

type WithConfiguration = OfInstance & { readonly InstanceAccessControlAttributeConfiguration: Configuration };

/** NOT AWS: attributes for access control: https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html. */
export class AccessAttributes {
  #configuration: Configuration | null = null;

  readonly operations: FakeService = {
    DescribeInstanceAccessControlAttributeConfiguration: (input: OfInstance, scene) => {
      checkInstance(input, scene);
      return { Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: this.#there() };
    },
    CreateInstanceAccessControlAttributeConfiguration: (input: WithConfiguration, scene) => {
      checkInstance(input, scene);
      if (this.#configuration !== null)
        throw new AwsError('ConflictException', 'The access control attribute configuration already exists.');
      this.#configuration = distinct(input);
      return {};
    },
    UpdateInstanceAccessControlAttributeConfiguration: (input: WithConfiguration, scene) => {
      checkInstance(input, scene);
      this.#there();
      this.#configuration = distinct(input);
      return {};
    },
    DeleteInstanceAccessControlAttributeConfiguration: (input: OfInstance, scene) => {
      checkInstance(input, scene);
      this.#there();
      this.#configuration = null;
      return {};
    },
  };

  reset(): void {
    this.#configuration = null;
  }

  state(): unknown {
    return this.#configuration?.AccessControlAttributes ?? null;
  }

  #there(): Configuration {
    if (this.#configuration !== null) return this.#configuration;
    throw new AwsError('ResourceNotFoundException', 'The access control attribute configuration was not found.');
  }
}

function distinct({ InstanceAccessControlAttributeConfiguration: configuration }: WithConfiguration): Configuration {
  const keys = configuration.AccessControlAttributes.map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length) throw new AwsError('ValidationException', 'Attribute keys must differ.');
  return configuration;
}
