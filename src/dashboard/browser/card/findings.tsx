import ExpandableSection from '@cloudscape-design/components/expandable-section';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { FindingBody, FindingsBody } from '../../api/findings.ts';
import { amount, longTime, percent } from '../format.ts';
import { RemedyCode } from './remedy-copy.tsx';
import { sentence } from './states.tsx';

/** What the checks found: failures first, then warnings; and how many are well. */
export function Findings({
  body,
  doctor,
}: {
  readonly body: FindingsBody;
  /** the command that has them all */
  readonly doctor: string;
}): React.ReactNode {
  const { findings, periods, currency } = body;
  const of = (verdict: FindingBody['verdict']) => findings.filter((finding) => finding.verdict === verdict);
  const bad = [...of('fail'), ...of('warn')];
  const [first] = periods;
  const last = periods.at(-1);
  const months =
    first === undefined || last === undefined
      ? ''
      : first === last
        ? longTime(first)
        : `${longTime(first)} to ${longTime(last)}`;
  return (
    <section aria-label="Findings">
      <h3>
        {bad.length === 0 ? 'Nothing found' : `${bad.length} of ${findings.length} checks found something`}{' '}
        <small className="heading-aside muted">{months || 'no month'}, whatever the filters</small>
      </h3>
      {bad.length > 0 && (
        <ul className="findings">
          {bad.map((finding) => (
            <li key={finding.check}>
              <Finding finding={finding} currency={currency} />
            </li>
          ))}
        </ul>
      )}
      <div className="quiets">
        <Quiet type="success" one="is well" many="are well" findings={of('ok')} />
        <Quiet type="stopped" one="has nothing to look at" many="have nothing to look at" findings={of('skipped')} />
        <DoctorAlone checks={body.doctorAlone} doctor={doctor} />
      </div>
    </section>
  );
}

/** What only the lines of the export can answer. */
function DoctorAlone({ checks, doctor }: { checks: FindingsBody['doctorAlone']; doctor: string }): React.ReactNode {
  return (
    <ExpandableSection
      variant="inline"
      headerText={
        <StatusIndicator type="info">
          {checks.length} more need the export’s lines: <code>bursar doctor</code>
        </StatusIndicator>
      }
    >
      <RemedyCode where="shell" paste={[doctor]} />
      <ul className="quiet">
        {checks.map(({ check, asks }) => (
          <li key={check}>
            <b>{check}</b>: {asks}
          </li>
        ))}
      </ul>
    </ExpandableSection>
  );
}

function Finding({ finding, currency }: { readonly finding: FindingBody; readonly currency: string }): React.ReactNode {
  const { check, verdict, summary, evidence, remedies } = finding;
  return (
    <>
      <StatusIndicator type={verdict === 'fail' ? 'error' : 'warning'}>
        <b>{check}</b>
      </StatusIndicator>
      <p className="finding-summary">{sentence(summary)}</p>
      {remedies.map(({ what, where, paste }) => (
        <div key={what} className="finding-remedy">
          <p>
            {where === 'bursar.yaml' || where === 'people file' ? <b>In {where}: </b> : null}
            {what}
          </p>
          <RemedyCode where={where} paste={paste} />
        </div>
      ))}
      {evidence.length > 0 && (
        <ExpandableSection
          variant="inline"
          headerText={<span className="quiet-head">Evidence</span>}
          headerAriaLabel={`Evidence of ${check}`}
        >
          <dl className="sum">
            {evidence.map((one) => (
              <Evidence key={`${one.period} ${one.what}`} one={one} currency={currency} />
            ))}
          </dl>
        </ExpandableSection>
      )}
    </>
  );
}

function Evidence({
  one: { period, what, cost, of, lines },
  currency,
}: {
  readonly one: FindingBody['evidence'][number];
  readonly currency: string;
}): React.ReactNode {
  const share = cost === null || of === null || Number(of) === 0 ? null : Number(cost) / Number(of);
  return (
    <div>
      <dt>
        <span>
          {what} {period !== null && <small className="muted">{longTime(period)}</small>}
        </span>
      </dt>
      <dd>
        {cost !== null && amount(cost, currency)}
        <small className="muted">
          {share !== null && ` ${percent(share)}`}
          {cost === null && lines !== null && ` ${lines.toLocaleString('en')} lines`}
        </small>
      </dd>
    </div>
  );
}

function Quiet({
  type,
  one,
  many,
  findings,
}: {
  readonly type: 'success' | 'stopped';
  readonly one: string;
  readonly many: string;
  readonly findings: readonly FindingBody[];
}): React.ReactNode {
  if (findings.length === 0) return null;
  return (
    <ExpandableSection
      variant="inline"
      headerText={
        <StatusIndicator type={type}>
          {findings.length} {findings.length === 1 ? one : many}
        </StatusIndicator>
      }
    >
      <ul className="quiet">
        {findings.map(({ check, summary }) => (
          <li key={check}>
            <b>{check}</b>: {summary}
          </li>
        ))}
      </ul>
    </ExpandableSection>
  );
}
