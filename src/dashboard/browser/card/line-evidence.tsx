import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import type { LinesBody } from '../../api/lines.ts';
import { amount, title } from '../format.ts';
import { valueName } from '../state/levels.ts';
import { Clipped } from './clipped.tsx';

/** Files named one by one. */
const FILES = 3;

/** What puts the lines where they are, and where they are written. */
export function Evidence({ body: { dimensions, sources, currency } }: { readonly body: LinesBody }): React.ReactNode {
  return (
    <Container header={<Header variant="h2">Why they are here</Header>}>
      {dimensions.map(({ dimension, values }) => (
        <section key={dimension}>
          <h3>{title(dimension)}</h3>
          <dl className="sum">
            {values.map(({ value, evidence, cost }) => (
              <div key={JSON.stringify([value, evidence])}>
                <dt>
                  <span>
                    <Clipped full={value}>{valueName(dimension, value)}</Clipped>
                    <br />
                    <small className="muted">{evidence ?? 'nothing says it'}</small>
                  </span>
                </dt>
                <dd>{amount(cost, currency)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <h3>Where it is written</h3>
      {sources.map(({ period, id, listedBy, files }) => (
        <div key={period} className="written">
          <p>
            {period}{' '}
            <small className="muted">
              snapshot {id}, listed by {listedBy ?? 'its folder'}
            </small>
          </p>
          <ul>
            {files.slice(0, FILES).map(({ path }) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
          {files.length > FILES && (
            <p className="muted">and {(files.length - FILES).toLocaleString('en')} more files</p>
          )}
        </div>
      ))}
    </Container>
  );
}
