/** The sample organisation: accounts, teams, and the tags AWS stamps for them. All of it is invented. */
export type Team = 'backend' | 'data' | 'frontend';

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly environment: 'dev' | 'staging' | 'prod';
  /**
   * Who sells Claude here. What makes AWS bill it under AmazonBedrockService in some accounts and through
   * AWS Marketplace in others is not known, so this organisation has both.
   */
  readonly claude: 'aws' | 'marketplace';
}

export const PAYER: Account = {
  id: '999988887777',
  name: 'example-management',
  environment: 'prod',
  claude: 'marketplace',
};

export const ACCOUNTS = {
  shared: { id: '001122334455', name: 'shared-platform', environment: 'prod', claude: 'marketplace' },
  backendDev: { id: '111122223333', name: 'backend-dev', environment: 'dev', claude: 'marketplace' },
  backendProd: { id: '222233334444', name: 'backend-prod', environment: 'prod', claude: 'aws' },
  dataLab: { id: '333344445555', name: 'data-lab', environment: 'dev', claude: 'aws' },
  dataProd: { id: '444455556666', name: 'data-prod', environment: 'prod', claude: 'marketplace' },
  web: { id: '555566667777', name: 'web-frontend', environment: 'staging', claude: 'marketplace' },
} as const satisfies Record<string, Account>;

/** Every account; the management account comes first. */
export const ACCOUNT_LIST: readonly Account[] = [PAYER, ...Object.values(ACCOUNTS)];

type AccountKey = keyof typeof ACCOUNTS;

interface TeamFacts {
  readonly businessUnit: string;
  readonly department: string;
  readonly people: AccountKey;
  readonly applications: AccountKey;
  readonly projects: readonly string[];
}

export const TEAMS: Readonly<Record<Team, TeamFacts>> = {
  backend: {
    businessUnit: 'BU-ENG-001',
    department: 'Engineering',
    people: 'backendDev',
    applications: 'backendProd',
    projects: ['checkout', 'ledger-core', 'search'],
  },
  data: {
    businessUnit: 'BU-DATA-001',
    department: 'Data',
    people: 'dataLab',
    applications: 'dataProd',
    projects: ['forecasting', 'churn', 'document-intake'],
  },
  frontend: {
    businessUnit: 'BU-ENG-002',
    department: 'Engineering',
    people: 'web',
    applications: 'web',
    projects: ['storefront', 'mobile-app', 'design-system'],
  },
};

/** The order in which people and applications are dealt to teams: backend is the largest, frontend the smallest. */
const DEAL: readonly Team[] = ['backend', 'data', 'backend', 'frontend', 'data', 'backend', 'frontend', 'data'];

export const teamOf = (index: number): Team => DEAL[index % DEAL.length] ?? 'backend';
export const projectOf = (team: Team, index: number): string => {
  const { projects } = TEAMS[team];
  return projects[Math.floor(index / DEAL.length) % projects.length] ?? '';
};

const FIRST_NAMES =
  `mia jonas amara luca hana noah ines mateo priya oskar leila tomas yuki ada felix nora samir clara ivan zoe
   emil aisha bruno freya kofi maya hugo selma ravi elena theo nadia omar linnea pablo greta jun sofia karim alma`.split(
    /\s+/,
  );
const LAST_NAMES =
  `keller okafor lindqvist moreau tanaka alvarez novak haddad byrne costa weber sato ivanova mensah rossi larsen
   dubois mehta kowalski fischer santos eriksen yamada nowak bianchi ahmed lopez schmid petrov jensen garcia
   hoffmann suzuki diallo vogel martin silva berg nakamura romano huber khan peeters svensson fernandez wolf
   marino dahl castro brandt`.split(/\s+/);

/**
 * A person's e-mail-like name: the same for the same index, different for different ones.
 * Going one step aside in the last names a round keeps 2,000 pairs apart, as 40 + 1 and 50 share no divisor.
 */
export function personOf(index: number): string {
  const first = FIRST_NAMES[index % FIRST_NAMES.length];
  const round = Math.floor(index / FIRST_NAMES.length);
  const last = LAST_NAMES[(index + round) % LAST_NAMES.length];
  const again = Math.floor(index / (FIRST_NAMES.length * LAST_NAMES.length));
  return `${first}.${last}${again === 0 ? '' : again + 1}@example.com`;
}
