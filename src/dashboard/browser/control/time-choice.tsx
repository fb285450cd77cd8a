import { lazy, Suspense, useState } from 'react';
import type { StatusBody } from '../../api/status.ts';
import type { Address } from '../state/address.ts';
import { afresh } from '../state/levels.ts';
import { chooseTime, comparisonsOf, heldPeriods, OTHER_DAYS, timesOf, timeValue } from '../state/times.ts';
import { Choice } from './choice.tsx';

/** Loaded when it is asked for: calendars are heavy, and most people look at months. */
const DaysDialog = lazy(() => import('./days-dialog.tsx'));

/** Which time is shown, and with what it is compared. */
export function TimeChoice({
  address,
  status,
  go,
}: {
  readonly address: Address;
  readonly status: StatusBody;
  readonly go: (next: Address) => void;
}): React.ReactNode {
  const [choosing, setChoosing] = useState(false);
  const choose = (value: string, target: Address): void => {
    if (value === OTHER_DAYS) setChoosing(true);
    else go(target);
  };
  return (
    <>
      <Choice
        label="Time"
        options={timesOf(status, address)}
        chosen={timeValue(address, heldPeriods(status)[0]?.period ?? null)}
        onChoose={(value) => choose(value, chooseTime(address, value))}
      />
      <Choice
        label="Compare with"
        options={comparisonsOf(status, address)}
        chosen={address.compare}
        onChoose={(value) => choose(value, afresh({ ...address, compare: value }))}
      />
      {choosing && (
        <Suspense fallback={null}>
          <DaysDialog address={address} status={status} go={go} onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </>
  );
}
