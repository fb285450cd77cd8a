import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { FindingsBody } from '../../api/findings.ts';
import type { StatusBody } from '../../api/status.ts';
import type { UnownedBody } from '../../api/unowned.ts';
import { type Address, scopeParameters } from '../state/address.ts';
import { doctorText } from '../state/copy.ts';
import { writeDimensions } from '../state/filter-text.ts';
import { type Asked, apiPath, useAnswer } from '../state/use-answer.ts';
import { Findings } from './findings.tsx';
import { Answered } from './states.tsx';
import { Unowned } from './unowned.tsx';

interface FixListProps {
  readonly address: Address;
  readonly status: StatusBody;
  /** which says to whom dollars belong */
  readonly dimension: string;
  /** whether the cards above have their answers: the list is worked out after them */
  readonly ready: boolean;
}

/** What to put right, so that more dollars belong to somebody and the numbers can be trusted. */
export function FixList({ address, status, dimension, ready }: FixListProps): React.ReactNode {
  const { period } = address;
  const by = ['by', writeDimensions([dimension])] as const;
  const unowned = useAnswer<UnownedBody>(ready ? apiPath('unowned', [...scopeParameters(address), by]) : null);
  const findings = useAnswer<FindingsBody>(
    ready ? apiPath('findings', period === null ? [] : [['period', period]]) : null,
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What leaves dollars without an owner, or makes the numbers doubtful; each with what to do."
        >
          Fix list
        </Header>
      }
    >
      <div className="fixes">
        <Answered asked={waiting(unowned, ready)} what={`what has no ${dimension}`}>
          {(body) => <Unowned body={body} />}
        </Answered>
        <Answered asked={waiting(findings, ready)} what="the checks">
          {(body) => <Findings body={body} doctor={doctorText(address, status)} />}
        </Answered>
      </div>
    </Container>
  );
}

function waiting<T>(asked: Asked<T>, ready: boolean): Asked<T> {
  return ready ? asked : { ...asked, loading: true };
}
