import type { Json } from '../domain/change.ts';

/** Something that Terraform works out, such as `aws_s3_bucket.cur.id`. */
class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value that is written as JSON text there. */
class Encoded {
  readonly value: Json;

  constructor(value: Json) {
    this.value = value;
  }
}

type Value = Json | Expression | Encoded;

type Item = HclBlock | readonly [name: string, value: Value];

/** A block of Terraform's language, and what is in it. */
interface HclBlock {
  /** `resource "aws_s3_bucket" "cur"` */
  readonly head: string;
  readonly body: readonly Item[];
}

export const expression = (text: string): Expression => new Expression(text);

export const encoded = (value: Json): Encoded => new Encoded(value);

export const block = (head: string, ...body: readonly Item[]): HclBlock => ({ head, body });

/** A resource, as text that ends with a line break. */
export function resource(type: string, label: string, ...body: readonly Item[]): string {
  return topBlock(`resource "${type}" "${label}"`, ...body);
}

/** Any other block by itself, as text that ends with a line break. */
export function topBlock(head: string, ...body: readonly Item[]): string {
  return `${blockText(block(head, ...body), '')}\n`;
}

/** A name for a resource of what AWS calls so: letters, digits, underscores. */
export function label(name: string): string {
  const word = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return /^[a-z]/.test(word) ? word : `r_${word}`;
}

function blockText({ head, body }: HclBlock, indent: string): string {
  const inner = `${indent}  `;
  const lines = body.map((item, index) => {
    const before = body[index - 1];
    const apart = before !== undefined && ('head' in item || 'head' in before) ? '\n' : '';
    return apart + ('head' in item ? blockText(item, inner) : `${inner}${item[0]}${PAD}= ${valueText(item[1], inner)}`);
  });
  return `${indent}${head} {\n${aligned(lines)}\n${indent}}`;
}

function valueText(value: Value, indent: string): string {
  if (value instanceof Expression) return value.text;
  if (value instanceof Encoded) return `jsonencode(${valueText(value.value, indent)})`;
  if (value === null || typeof value !== 'object') return scalarText(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((one) => `${inner}${valueText(one, inner)},`);
    return items.length === 0 ? '[]' : `[\n${items.join('\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const items = entries.map(([name, one]) => `${inner}${scalarText(name)}${PAD}= ${valueText(one, inner)}`);
  return items.length === 0 ? '{}' : `{\n${aligned(items)}\n${indent}}`;
}

/** Where spaces are to come before `=`; no name has it. */
const PAD = '\0';

/** Joins what stands below one another; as `terraform fmt` has it, neighbours of one line each have their `=` in one column. */
function aligned(items: readonly string[]): string {
  const at = (index: number): number => {
    const item = items[index] ?? '\n';
    return item.includes('\n') ? -1 : item.indexOf(PAD);
  };
  return items
    .map((item, index) => {
      let [from, to] = [index, index];
      while (at(index) >= 0 && at(from - 1) >= 0) from--;
      while (at(index) >= 0 && at(to + 1) >= 0) to++;
      const places = Array.from({ length: to - from + 1 }, (_, step) => at(from + step));
      return item.replace(PAD, ' '.repeat(Math.max(1, Math.max(...places) - at(index) + 1)));
    })
    .join('\n');
}

/** Strings are templates there: https://developer.hashicorp.com/terraform/language/expressions/strings */
function scalarText(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(/[$%]\{/g, (start) => start.charAt(0) + start);
}
