import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';
import { daysBetween, isDay } from '../../../domain/period.ts';
import type { StatusBody } from '../../api/status.ts';
import { longTime } from '../format.ts';
import type { Address } from '../state/address.ts';
import { afresh } from '../state/levels.ts';
import { daysHeld, daysShown, readDays } from '../state/times.ts';

interface DaysDialogProps {
  readonly address: Address;
  readonly status: StatusBody;
  readonly go: (next: Address) => void;
  readonly onClose: () => void;
}

interface Days {
  readonly from: string;
  readonly to: string;
}

const NO_DAYS: Days = { from: '', to: '' };

/** Any days, and any others to compare them with. */
export default function DaysDialog({ address, status, go, onClose }: DaysDialogProps): React.ReactNode {
  const held = daysHeld(status);
  const [shown, setShown] = useState<Days>(daysShown(status, address) ?? NO_DAYS);
  const [compared, setCompared] = useState<Days>(readDays(address.compare) ?? NO_DAYS);
  const wrong = { shown: mistakeOf(shown, false), compared: mistakeOf(compared, true) };
  const show = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong.shown !== null || wrong.compared !== null) return;
    const before = readDays(address.compare) === null ? address.compare : 'before';
    const compare = compared.from === '' ? before : `${compared.from}..${compared.to}`;
    go(afresh({ ...address, period: null, ...shown, compare }));
    onClose();
  };
  return (
    <Modal
      visible
      onDismiss={onClose}
      closeAriaLabel="Close"
      header="Choose days"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" form="days" disabled={wrong.shown !== null || wrong.compared !== null}>
              Show these days
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id="days" onSubmit={show}>
        <SpaceBetween size="m">
          <DaysFields
            label="Show"
            days={shown}
            mistake={wrong.shown}
            onChange={setShown}
            hint={
              held === null
                ? ''
                : `There is usage from ${longTime(held.first)} to ${longTime(held.last)}. Days are UTC.`
            }
          />
          <DaysFields
            label="Compare with"
            days={compared}
            mistake={wrong.compared}
            onChange={setCompared}
            hint="Left empty: as many days directly before."
          />
        </SpaceBetween>
      </form>
    </Modal>
  );
}

function DaysFields({
  label,
  days,
  mistake,
  hint,
  onChange,
}: {
  label: string;
  days: Days;
  mistake: string | null;
  hint: string;
  onChange: (days: Days) => void;
}): React.ReactNode {
  const picker = (end: 'from' | 'to', name: string): React.ReactNode => (
    <DatePicker
      value={days[end]}
      onChange={({ detail }) => onChange({ ...days, [end]: detail.value })}
      ariaLabel={`${label}: ${name}`}
      openCalendarAriaLabel={() => `${label}: ${name}, open the calendar`}
      placeholder="YYYY-MM-DD"
      format="iso"
      expandToViewport
    />
  );
  return (
    <FormField label={label} description={hint} errorText={mistake}>
      <div className="days">
        {picker('from', 'first day')}
        <span className="muted">to</span>
        {picker('to', 'last day')}
      </div>
    </FormField>
  );
}

function mistakeOf({ from, to }: Days, mayBeEmpty: boolean): string | null {
  if (mayBeEmpty && from === '' && to === '') return null;
  if (!isDay(from) || !isDay(to)) return 'Write both days as YYYY-MM-DD.';
  return daysBetween(from, to) < 0 ? 'The first day is after the last.' : null;
}
