import type { Call } from '../wire/call.ts';

/** The ARN that a call is about, as policies and refusals name it; `*` where a service has no resources. */
export function resourceOf({ service, operation, input, account, region }: Call): string {
  const named = (name: string): string | undefined =>
    typeof input[name] === 'string' ? (input[name] as string) : undefined;
  const glue = (rest: string): string => `arn:aws:glue:${region}:${account}:${rest}`;
  switch (service) {
    case 's3': {
      const bucket = named('Bucket');
      if (bucket === undefined) return 'arn:aws:s3:::*';
      const key = named('Key');
      return `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
    }
    case 'iam': {
      const role = named('RoleName');
      if (role !== undefined) return `arn:aws:iam::${account}:role/${role}`;
      const user = named('UserName');
      if (user !== undefined) return `arn:aws:iam::${account}:user/${user}`;
      return `arn:aws:iam::${account}:${operation.includes('Role') ? 'role' : 'user'}/`;
    }
    case 'sts':
      return named('RoleArn') ?? '*';
    case 'bcm-data-exports':
      if (operation === 'GetTable') return `arn:aws:bcm-data-exports:${region}:${account}:table/${named('TableName')}`;
      if (operation === 'CreateExport') return `arn:aws:bcm-data-exports:${region}:${account}:export/*`;
      return named('ExportArn') ?? named('ResourceArn') ?? '*';
    case 'glue': {
      const { Name = '', TableInput } = input as {
        Name?: string;
        TableInput?: { Name: string };
        DatabaseInput?: { Name: string };
      };
      const database = named('DatabaseName') ?? (input.DatabaseInput as { Name: string } | undefined)?.Name;
      if (operation.includes('Table')) return glue(`table/${database}/${TableInput?.Name ?? (Name || '*')}`);
      return operation.includes('Database') ? glue(`database/${database ?? (Name || '*')}`) : glue('catalog');
    }
    case 'athena': {
      const workGroup = named('WorkGroup') ?? named('Name');
      return workGroup === undefined ? '*' : `arn:aws:athena:${region}:${account}:workgroup/${workGroup}`;
    }
    case 'sso-admin':
      return named('PermissionSetArn') ?? named('InstanceArn') ?? '*';
    default:
      return '*';
  }
}
