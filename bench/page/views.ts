/** What the page asks for one address, at the times at which the browser asks it. */
export interface View {
  readonly name: string;
  /** what is asked at once, then what is asked when all of that is there */
  readonly waves: readonly (readonly string[])[];
}

type Parameters = Readonly<Record<string, string>>;

interface Looked {
  readonly by: string;
  /** the dimension that says to whom dollars belong, where the first of `by` does not */
  readonly owner?: string;
  readonly scope?: Parameters;
  readonly table?: Parameters;
}

/**
 * Groups, pairs of groups, drills, filters, days, other periods and other orders: what people of the sample look at.
 * @param periods of the ledger, two, oldest first
 */
export function viewsOf([before = '', now = '']: readonly string[]): View[] {
  const day = (number: number): string => `${now}-${String(number).padStart(2, '0')}`;
  const looked: readonly Looked[] = [
    { by: 'team' },
    { by: 'cost-center' },
    { by: 'business-unit' },
    { by: 'person' },
    { by: 'session' },
    { by: 'role', owner: 'team' },
    { by: 'account', owner: 'team' },
    { by: 'model', owner: 'team' },
    { by: 'usage-type', owner: 'team' },
    { by: 'team,model' },
    { by: 'model,token-kind', owner: 'team' },
    { by: 'person,model' },
    { by: 'team', table: { sort: 'change' } },
    { by: 'person', table: { sort: 'tokens', page: '3' } },
    { by: 'team', scope: { period: before } },
    { by: 'model', owner: 'team', scope: { period: before } },
    { by: 'team', scope: { period: `${before}..${now}` } },
    { by: 'team', scope: { from: day(2), to: day(8) } },
    { by: 'model', owner: 'team', scope: { from: day(5), to: day(5) } },
    { by: 'team', scope: { cost: 'list' } },
    { by: 'person', scope: { where: 'team=data' } },
    { by: 'session', scope: { where: 'team=backend' } },
    { by: 'model', owner: 'team', scope: { where: 'team=(none)' } },
    { by: 'team', scope: { where: 'model=Claude Sonnet 4.6' } },
    { by: 'person', scope: { where: 'model!=Claude Sonnet 4.6' } },
    { by: 'usage-type', owner: 'team', scope: { where: 'provider=Anthropic' } },
    { by: 'team', scope: { where: 'token-kind=cache-read' } },
    { by: 'cost-center', scope: { where: 'principal-kind=identity-center' } },
  ];
  return looked.map(viewOf);
}

function viewOf({ by, owner, scope = {}, table = {} }: Looked): View {
  const [first = by] = by.split(',');
  const belonging = owner ?? first;
  const path = (route: string, ...parts: readonly Parameters[]): string =>
    `/api/${route}?${new URLSearchParams(Object.assign({}, ...parts))}`;
  const compared = { cost: 'net', ...scope, compare: 'before' };
  const plain = { cost: 'net', ...scope };
  return {
    name: [by, ...Object.entries({ ...scope, ...table }).map(([name, value]) => `${name} ${value}`)].join(', '),
    waves: [
      ['/api/status'],
      [
        path('summary', compared, { by: belonging }),
        path('columns', compared, { by: first }),
        path('table', compared, { by, sort: 'cost', order: 'desc', page: '1' }, table),
        path('mix', plain),
        path('forecast', plain),
      ],
      [
        path('changes', compared, { by }),
        path('unowned', plain, { by: belonging === 'session' || belonging === 'person' ? 'team' : belonging }),
        path('findings', scope.period === undefined ? {} : { period: scope.period }),
      ],
    ],
  };
}
