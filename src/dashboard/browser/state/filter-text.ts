import { NONE } from '../../../domain/allocation.ts';

/** A filter as the address and `--where` of bursar report write it. */
export interface FilterText {
  readonly dimension: string;
  readonly negated: boolean;
  /** `null` is "(none)" */
  readonly values: readonly (string | null)[];
}

/** `team=backend,data`, `model!=(none)`: what a filter would take for its own signs has a backslash before it. */
export function writeFilter({ dimension, negated, values }: FilterText): string {
  return `${dimension.replaceAll(/[\\,=!]/g, escaped)}${negated ? '!' : ''}=${values.map(writeValue).join(',')}`;
}

/** Dimensions as `--by` takes them. */
export function writeDimensions(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/[\\,]/g, escaped)).join(',');
}

function writeValue(value: string | null): string {
  if (value === null) return NONE;
  return value === NONE ? escaped(NONE) : value.replaceAll(/[\\,]/g, escaped);
}

const escaped = (text: string): string => `\\${text}`;

/** The filter of a text; `null` where it is none. */
export function readFilter(text: string): FilterText | null {
  const [, name = '', not = '', list = ''] = /^((?:\\.|[^\\=])*?)(!?)=(.*)$/s.exec(text) ?? [];
  if (name === '') return null;
  const values = list.split(/(?<=(?:^|[^\\])(?:\\\\)*),/).map((value) => (value === NONE ? null : plain(value)));
  return { dimension: plain(name).trim(), negated: not === '!', values };
}

function plain(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}
