/**
 * Who may import whom: the one table. Every folder of src/ must be in it, and imports point one way.
 * What is not listed is forbidden; a folder always sees itself.
 */
const MAY_IMPORT = {
  domain: [],
  allocation: ['domain'],
  people: ['allocation', 'domain'],
  config: ['allocation', 'domain', 'people'],
  aws: ['domain'],
  engine: ['domain'],
  source: ['domain', 'aws', 'engine'],
  ledger: ['allocation', 'domain', 'engine', 'source'],
  query: ['domain', 'engine', 'ledger'],
  report: ['domain'],
  state: ['domain'],
  change: ['aws', 'domain', 'state'],
  setup: ['allocation', 'aws', 'change', 'domain'],
  demo: ['domain', 'engine'],
  dashboard: ['domain', 'engine', 'ledger', 'query', 'report'],
  cli: [
    'aws',
    'change',
    'config',
    'dashboard',
    'demo',
    'domain',
    'engine',
    'ledger',
    'people',
    'query',
    'report',
    'setup',
    'source',
    'state',
  ],
};

/** Folders (or files) that do no I/O: they see no module of Node. */
const PURE = ['allocation', 'domain', 'report', 'engine/dialect'];

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-sees-only`,
  comment: `${folder}/ may import ${['itself', ...allowed].join(', ')}: the table in .dependency-cruiser.mjs says so`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

const folders = Object.keys(MAY_IMPORT);

/** @type {{ forbidden: import('dependency-cruiser').IForbiddenRuleType[], options: import('dependency-cruiser').ICruiseOptions }} */
export default {
  forbidden: [
    ...folderRules,
    {
      name: 'folder-not-in-table',
      comment: 'every folder of src/ has a line in the table of .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${folders.join('|')})/` },
      to: {},
    },
    {
      name: 'no-cycle',
      comment: 'a cycle means that two files are one, or that a third is missing',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-without-node',
      comment: 'these folders decide and describe; whoever calls them does the I/O',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/`, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'demo-is-independent',
      comment: "the sample organisation's truth must share nothing with the classifier that it tests",
      severity: 'error',
      from: { path: '^src/demo/' },
      to: { path: '^src/domain/', pathNot: '^src/domain/(money|errors|period)\\.ts$' },
    },
    {
      name: 'browser-sees-contracts-only',
      comment: 'what runs in a browser knows the nouns and the API, and nothing that answers it',
      severity: 'error',
      from: { path: '^src/dashboard/browser/' },
      to: { path: '^src/', pathNot: '^src/(domain|dashboard/(api|browser))/' },
    },
    {
      name: 'only-engine-reaches-databases',
      comment: 'an engine is a detail: the others write SQL with its dialect',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' },
      to: { path: 'node_modules/(@duckdb|undici)/' },
    },
    {
      name: 'only-aws-reaches-aws',
      comment: 'an SDK is a detail: aws/ turns its errors into ours, and every call to an account can be found there',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/aws/' },
      to: { path: 'node_modules/(@aws-sdk|@smithy)/' },
    },
    {
      name: 'only-change-writes',
      comment: 'one place writes to accounts: it shows, journals and takes back what it does',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(change|aws/write)/' },
      to: { path: '^src/aws/write/' },
    },
    {
      name: 'nothing-unresolved',
      comment: 'an import that cannot be resolved hides its direction',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
