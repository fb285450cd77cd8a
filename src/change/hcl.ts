import type { Json } from '../domain/change.ts';

/** Something that Terraform works out, such as `aws_s3_bucket.cur.id`. */
class Expression {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Item = HclBlock | readonly [name: string, value: Json | Expression];

/** A block of Terraform's language, and what is in it. */
interface HclBlock {
  /** `resource "aws_s3_bucket" "cur"` */
  readonly head: string;
  readonly body: readonly Item[];
}

export const expression = (text: string): Expression => new Expression(text);

export const block = (head: string, ...body: readonly Item[]): HclBlock => ({ head, body });

/** A resource, as text that ends with a line break. */
export function resource(type: string, label: string, ...body: readonly Item[]): string {
  return `${blockText(block(`resource "${type}" "${label}"`, ...body), '')}\n`;
}

/** A name for a resource of what AWS calls so: letters, digits, underscores. */
export function label(name: string): string {
  const word = name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return /^[a-z]/.test(word) ? word : `r_${word}`;
}

function blockText({ head, body }: HclBlock, indent: string): string {
  const inner = `${indent}  `;
  const attributes = body.flatMap((item) => ('head' in item ? [] : [item[0].length]));
  const width = Math.max(0, ...attributes);
  const lines = body.map((item, index) => {
    if ('head' in item) return `${index === 0 ? '' : '\n'}${blockText(item, inner)}`;
    const [name, value] = item;
    return `${inner}${name.padEnd(width)} = ${valueText(value, inner)}`;
  });
  return `${indent}${head} {\n${lines.join('\n')}\n${indent}}`;
}

function valueText(value: Json | Expression, indent: string): string {
  if (value instanceof Expression) return value.text;
  if (value === null || typeof value !== 'object') return scalarText(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((one) => `${inner}${valueText(one, inner)},`);
    return items.length === 0 ? '[]' : `[\n${items.join('\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  const items = entries.map(([name, one]) => `${inner}${scalarText(name)} = ${valueText(one, inner)}`);
  return items.length === 0 ? '{}' : `{\n${items.join('\n')}\n${indent}}`;
}

/** Strings are templates there: https://developer.hashicorp.com/terraform/language/expressions/strings */
function scalarText(value: string | number | boolean | null): string {
  return JSON.stringify(value).replaceAll('${', '$${').replaceAll('%{', '%%{');
}
