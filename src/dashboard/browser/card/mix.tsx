import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { formatMoney, parseMoney, subtract, ZERO } from '../../../domain/money.ts';
import type { MixBody, MixKind } from '../../api/mix.ts';
import { CostBar } from '../chart/cost-bar.tsx';
import { amount, change, compact, NOTHING, percent, price } from '../format.ts';
import type { Colours } from '../state/colours.ts';
import { valueName } from '../state/levels.ts';
import type { Asked } from '../state/use-answer.ts';
import { Clipped } from './clipped.tsx';
import { Answered } from './states.tsx';

const KINDS = [
  ['input', 'Input'],
  ['output', 'Output'],
  ['cache-read', 'Cache read'],
  ['cache-write', 'Cache write'],
  [null, 'Not tokens'],
] as const;

type Model = MixBody['models'][number];

/** What was bought: models by token kind, each with its price; and what caching did. */
export function Mix({
  asked,
  narrow,
  colours,
}: {
  readonly asked: Asked<MixBody>;
  readonly narrow: boolean;
  readonly colours: Colours | null;
}): React.ReactNode {
  return (
    <Answered asked={asked} what="models and tokens">
      {(body) => (
        <div className="mix">
          <Models body={body} narrow={narrow} colours={colours} />
          <Cache body={body} />
        </div>
      )}
    </Answered>
  );
}

/** More models stand there only when they are asked for. */
const FIRST_MODELS = 8;

function Models({
  body,
  narrow,
  colours,
}: {
  body: MixBody;
  narrow: boolean;
  colours: Colours | null;
}): React.ReactNode {
  const [all, setAll] = useState(false);
  const { models, currency } = body;
  const most = Math.max(...models.map(({ cost }) => Number(cost)), 0);
  // Where it is narrow there is room for the sum alone.
  const kinds = KINDS.filter(() => !narrow).filter(([kind]) =>
    models.some((model) => kindOf(model, kind) !== undefined),
  );
  return (
    <Table
      variant="container"
      contentDensity="compact"
      wrapLines={false}
      items={all ? [...models] : models.slice(0, FIRST_MODELS)}
      trackBy={({ model }) => model ?? ''}
      ariaLabels={{ tableLabel: 'Models by token kind' }}
      empty="No usage matches the filters."
      footer={
        models.length > FIRST_MODELS && (
          <Button variant="inline-link" ariaExpanded={all} onClick={() => setAll(!all)}>
            {all ? `Show the first ${FIRST_MODELS}` : `Show all ${models.length} models`}
          </Button>
        )
      }
      header={
        <Header
          variant="h2"
          counter={`(${models.length})`}
          description="Usage alone; below each cost what a million tokens cost."
        >
          Models and token kinds
        </Header>
      }
      columnDefinitions={[
        {
          id: 'model',
          header: 'Model',
          isRowHeader: true,
          cell: ({ model }) => <Clipped>{valueName('model', model)}</Clipped>,
        },
        {
          id: 'cost',
          header: <span className="number-head">Cost</span>,
          cell: ({ model, cost, costPerMillionTokens }) => (
            <span className="cost short">
              <CostBar share={most === 0 ? 0 : Number(cost) / most} colour={colours?.(model) ?? 'var(--bar)'} />
              <Priced
                cost={cost}
                below={costPerMillionTokens === null ? '' : price(costPerMillionTokens, currency)}
                currency={currency}
              />
            </span>
          ),
        },
        ...kinds.map(([kind, name]) => ({
          id: name,
          header: <span className="number-head">{name}</span>,
          cell: (model: Model) => {
            const found = kindOf(model, kind);
            if (found === undefined) return <span className="number muted">{NOTHING}</span>;
            const below = found.costPerMillionTokens === null ? '' : price(found.costPerMillionTokens, currency);
            return (
              <Priced
                cost={found.cost}
                below={below}
                currency={currency}
                title={kind === null ? '' : `${compact(Number(found.tokens))} tokens`}
              />
            );
          },
        })),
        {
          id: 'hit',
          header: <span className="number-head">Cache hit</span>,
          cell: ({ cacheHitRate }) => <span className="number">{percent(cacheHitRate)}</span>,
        },
      ]}
    />
  );
}

function kindOf({ kinds }: Model, kind: MixKind['kind']): MixKind | undefined {
  return kinds.find((each) => each.kind === kind);
}

function Priced({
  cost,
  below,
  currency,
  title = '',
}: {
  cost: string;
  below: string;
  currency: string;
  title?: string;
}): React.ReactNode {
  return (
    <span className="number priced" title={title || undefined}>
      {amount(cost, currency)}
      <small className="muted">{below || '\u00a0'}</small>
    </span>
  );
}

const TTLS: Readonly<Record<string, string>> = {
  '5m': '5-minute writes',
  '30m': '30-minute writes',
  '1h': '1-hour writes',
};

function Cache({ body: { cache, currency } }: { body: MixBody }): React.ReactNode {
  if (Number(cache.read.tokens) === 0 && cache.writes.length === 0) {
    return (
      <Container header={<Header variant="h2">Prompt cache</Header>}>
        <span className="muted">No cache is used here.</span>
      </Container>
    );
  }
  return (
    <Container
      header={
        <Header variant="h2" description="Saved against the price of input in this bill.">
          Prompt cache
        </Header>
      }
    >
      <dl className="sum">
        <dt>Hit rate</dt>
        <dd>
          <b>{percent(cache.hitRate)}</b>
        </dd>
        <Bought name="Reads" bought={cache.read} currency={currency} />
        {cache.writes.map(({ ttl, ...write }) => (
          <Bought key={ttl} name={TTLS[ttl ?? ''] ?? 'Writes, time not told'} bought={write} currency={currency} />
        ))}
        <div className="sum-gap" />
        <dt>Reads saved</dt>
        <dd>{amount(cache.saved, currency)}</dd>
        <dt>Writes cost more</dt>
        <dd>{change(negative(cache.extra), currency)}</dd>
        <div className="sum-total">
          <dt>Saved in all</dt>
          <dd className={Number(cache.net) >= 0 ? 'good' : 'bad'}>{amount(cache.net, currency)}</dd>
        </div>
      </dl>
      {Number(cache.unknown) !== 0 && (
        <p className="muted">Of {amount(cache.unknown, currency)} the input price is not known.</p>
      )}
    </Container>
  );
}

function Bought({
  name,
  bought,
  currency,
}: {
  name: string;
  bought: { cost: string; tokens: string };
  currency: string;
}): React.ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {amount(bought.cost, currency)}
        <br />
        <small className="muted">{compact(Number(bought.tokens))} tokens</small>
      </dd>
    </>
  );
}

function negative(decimal: string): string {
  return formatMoney(subtract(ZERO, parseMoney(decimal)));
}
