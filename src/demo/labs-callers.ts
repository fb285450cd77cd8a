import { assumed, type Caller, chat, coding, hex, somebody, teamTags } from './caller.ts';
import { LABS_RESEARCH } from './organisation.ts';
import { ownersOfTeams } from './owner.ts';
import { personOf } from './people.ts';

/** Apart from all who are numbered by the size of the organisation. */
const RESEARCHER = 1_999_999;

/** Who calls in the accounts of the company that was bought, to be billed to its own payer. */
export function labsCallers(weight: number): Caller[] {
  const account = LABS_RESEARCH;
  const person = personOf(RESEARCHER, 'data');
  const permissionSet = 'DataScience_Labs';
  const researcher: Caller = {
    ...somebody(account),
    ...assumed(account, `AWSReservedSSO_${permissionSet}_${hex(permissionSet, 16)}`, person.mail),
    kind: 'identity-center',
    permissionSet,
    person,
    team: 'data',
    owners: ownersOfTeams('data', 'data'),
    listed: person.mail,
    profile: coding(account),
    hours: 'office',
    weight: weight * 0.5,
  };
  const notebooks: Caller = {
    ...somebody(account),
    ...assumed(account, 'notebook-runner', 'notebooks'),
    kind: 'assumed-role',
    team: 'data',
    tags: teamTags('data'),
    profile: chat(account),
    hours: 'night',
    weight: weight * 0.3,
  };
  const features: Caller = { ...somebody(account), profile: 'features', hours: 'always', weight: weight * 0.2 };
  return [researcher, notebooks, features];
}
