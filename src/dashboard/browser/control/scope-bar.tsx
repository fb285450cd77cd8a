import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import type { SelectProps } from '@cloudscape-design/components/select';
import type { StatusBody } from '../../api/status.ts';
import { title } from '../format.ts';
import { type Address, START, scopeParameters, writeAddress } from '../state/address.ts';
import { commandText } from '../state/copy.ts';
import { writeDimensions } from '../state/filter-text.ts';
import { afresh, climbTo, pathOf, valueName } from '../state/levels.ts';
import { apiPath } from '../state/use-answer.ts';
import { Choice } from './choice.tsx';
import { TimeChoice } from './time-choice.tsx';

interface ScopeBarProps {
  readonly address: Address;
  readonly status: StatusBody;
  /** the dimensions shown */
  readonly by: readonly string[];
  readonly go: (next: Address) => void;
  /** told what was copied, or why it was not */
  readonly onCopied: (what: string, failed: boolean) => void;
}

/** What is looked at: the way down to it, the time, what it is compared with, and by what. */
export function ScopeBar({ address, status, by, go, onCopied }: ScopeBarProps): React.ReactNode {
  return (
    <div className="scope">
      <div className="scope-path">
        <Path address={address} status={status} by={by} go={go} />
      </div>
      <div className="scope-controls">
        <TimeChoice address={address} status={status} go={go} />
        <Choice
          label="Group by"
          options={dimensions(status, 'By')}
          chosen={by[0] ?? ''}
          onChoose={(value) =>
            go(afresh({ ...address, by: value, second: address.second === value ? null : address.second }))
          }
        />
        <Choice
          label="Then by"
          options={[
            { value: '', label: 'then by nothing' },
            ...dimensions(status, 'then by').filter((option) => !('value' in option) || option.value !== by[0]),
          ]}
          chosen={by[1] ?? ''}
          onChoose={(value) => go(afresh({ ...address, second: value || null }))}
        />
      </div>
      <CopyAs address={address} status={status} by={by} onCopied={onCopied} />
    </div>
  );
}

function Path({ address, status, by, go }: Pick<ScopeBarProps, 'address' | 'status' | 'by' | 'go'>): React.ReactNode {
  const path = pathOf(address.where);
  const targets = [
    climbTo(address, -1, status.dimensions),
    ...path.map((_, index) => climbTo(address, index, status.dimensions)),
  ];
  const names = ['All spend', ...path.map(({ dimension, values }) => valueName(dimension, values[0] ?? null))];
  return (
    <BreadcrumbGroup
      ariaLabel="Way down"
      items={[
        ...names.map((text, index) => ({ text: shortened(text), href: writeAddress(targets[index] ?? START) || '?' })),
        { text: `by ${by.map((name) => name.replaceAll('-', ' ')).join(' and ')}`, href: writeAddress(address) || '?' },
      ]}
      onFollow={(event) => {
        event.preventDefault();
        const target = targets.find((each) => (writeAddress(each) || '?') === event.detail.href);
        if (target !== undefined) go(target);
      }}
    />
  );
}

const LONGEST = 60;

function shortened(text: string): string {
  const signs = [...text];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join('')}…` : text;
}

function dimensions(status: StatusBody, verb: string): SelectProps.Options {
  const option = ({ name, about }: StatusBody['dimensions'][number]) => ({
    value: name,
    label: `${verb} ${title(name).toLowerCase() === name.replaceAll('-', ' ') ? name.replaceAll('-', ' ') : name}`,
    description: about,
  });
  return [
    { label: 'To whom it belongs', options: status.dimensions.filter(({ belongs }) => belongs).map(option) },
    {
      label: 'Who called, and what was used',
      options: status.dimensions.filter(({ belongs }) => !belongs).map(option),
    },
  ];
}

function CopyAs({
  address,
  status,
  by,
  onCopied,
}: Pick<ScopeBarProps, 'address' | 'status' | 'by' | 'onCopied'>): React.ReactNode {
  const copy = async (id: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await textOf(id));
      onCopied(NAMES[id] ?? id, false);
    } catch {
      onCopied(NAMES[id] ?? id, true);
    }
  };
  const textOf = async (id: string): Promise<string> => {
    if (id === 'link') return window.location.href;
    if (id === 'command') return commandText(address, by, status);
    const response = await fetch(apiPath('sql', [...scopeParameters(address), ['by', writeDimensions(by)]]));
    if (!response.ok) throw new Error('no statement');
    return response.text();
  };
  return (
    <ButtonDropdown
      items={[
        { id: 'link', text: 'Link', iconName: 'share' },
        { id: 'command', text: 'Command line', iconName: 'command-prompt' },
        { id: 'sql', text: `SQL for ${status.engine === 'trino' ? 'Trino' : 'DuckDB'}`, iconName: 'script' },
      ]}
      expandToViewport
      onItemClick={({ detail }) => void copy(detail.id)}
    >
      Copy as
    </ButtonDropdown>
  );
}

const NAMES: Readonly<Record<string, string>> = { link: 'The link', command: 'The command', sql: 'The statement' };
