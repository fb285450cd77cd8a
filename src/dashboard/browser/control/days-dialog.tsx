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
          <DaysFields names={['First day', 'Last day']} days={shown} mistake={wrong.shown} onChange={setShown} />
          <DaysFields
            names={['Compare from', 'Compare to']}
            days={compared}
            mistake={wrong.compared}
            onChange={setCompared}
          />
          <Box color="text-body-secondary">
            Left empty, as many days directly before are compared. Days are UTC
            {held !== null && `; there is usage from ${longTime(held.first)} to ${longTime(held.last)}`}.
          </Box>
        </SpaceBetween>
      </form>
    </Modal>
  );
}

function DaysFields({
  names,
  days,
  mistake,
  onChange,
}: {
  names: readonly [string, string];
  days: Days;
  mistake: string | null;
  onChange: (days: Days) => void;
}): React.ReactNode {
  const field = (end: keyof Days, label: string): React.ReactNode => (
    <FormField label={label} errorText={end === 'to' ? mistake : null}>
      <DatePicker
        value={days[end]}
        onChange={({ detail }) => onChange({ ...days, [end]: detail.value })}
        openCalendarAriaLabel={() => `${label}: open the calendar`}
        placeholder="YYYY-MM-DD"
        format="iso"
        expandToViewport
      />
    </FormField>
  );
  return (
    <div className="days">
      {field('from', names[0])}
      {field('to', names[1])}
    </div>
  );
}

function mistakeOf({ from, to }: Days, mayBeEmpty: boolean): string | null {
  if (mayBeEmpty && from === '' && to === '') return null;
  if (!isDay(from) || !isDay(to)) return 'Write both days as YYYY-MM-DD.';
  return daysBetween(from, to) < 0 ? 'The first day is after the last.' : null;
}
