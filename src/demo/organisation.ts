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

const MANAGEMENT: Account = {
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

/** A company that was bought: an organisation of AWS's with a bill of its own. */
const LABS_MANAGEMENT: Account = {
  id: '000000123456',
  name: 'labs-management',
  environment: 'prod',
  claude: 'marketplace',
};
export const LABS_RESEARCH: Account = {
  id: '098765432109',
  name: 'labs-research',
  environment: 'dev',
  claude: 'marketplace',
};

/** An organisation of AWS's: one bill, one export. */
export interface Payer {
  readonly exportName: string;
  /** the management account, which pays, comes first */
  readonly accounts: readonly Account[];
}

const PAYERS: readonly Payer[] = [
  { exportName: 'bursar-sample', accounts: [MANAGEMENT, ...Object.values(ACCOUNTS)] },
  { exportName: 'bursar-sample-labs', accounts: [LABS_MANAGEMENT, LABS_RESEARCH] },
];

/** So many of the payers; the first has nearly all of Bedrock. */
export const payersOf = (count: number): readonly Payer[] => PAYERS.slice(0, count);

type AccountKey = keyof typeof ACCOUNTS;

interface TeamFacts {
  readonly businessUnit: string;
  readonly department: string;
  readonly costCenter: string;
  readonly people: AccountKey;
  readonly applications: AccountKey;
  readonly projects: readonly string[];
}

export const TEAMS: Readonly<Record<Team, TeamFacts>> = {
  backend: {
    businessUnit: 'BU-ENG-001',
    department: 'Engineering',
    costCenter: '4100',
    people: 'backendDev',
    applications: 'backendProd',
    projects: ['checkout', 'ledger-core', 'search'],
  },
  data: {
    businessUnit: 'BU-DATA-001',
    department: 'Data',
    costCenter: '4200',
    people: 'dataLab',
    applications: 'dataProd',
    projects: ['forecasting', 'churn', 'document-intake'],
  },
  frontend: {
    businessUnit: 'BU-ENG-002',
    department: 'Engineering',
    costCenter: '4300',
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
