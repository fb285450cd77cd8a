import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { Asked, Failure } from '../state/use-answer.ts';

/** Why there is nothing to see, and what to do. */
export function FailureBox({ failure }: { readonly failure: Failure }): React.ReactNode {
  return (
    <Alert type="error" header={sentence(failure.message)}>
      {failure.hint} <span className="muted">({failure.code})</span>
    </Alert>
  );
}

/** Errors begin with a small letter: the command line prints them behind their code. */
export function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
}

/** What an answer shows: itself, that it is on its way, or why it did not come. */
export function Answered<T>({
  asked,
  what,
  children,
}: {
  readonly asked: Asked<T>;
  /** what is awaited: `the table` */
  readonly what: string;
  readonly children: (value: T) => React.ReactNode;
}): React.ReactNode {
  if (asked.failure !== null) return <FailureBox failure={asked.failure} />;
  if (asked.value === null) {
    return (
      <div aria-busy="true">
        <Box textAlign="center" color="text-body-secondary" padding="l">
          <Spinner /> Adding up {what} …
        </Box>
      </div>
    );
  }
  return (
    <div className={asked.loading ? 'stale' : undefined} aria-busy={asked.loading}>
      {children(asked.value)}
    </div>
  );
}
