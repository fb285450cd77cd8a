import { expect, it } from 'vitest';
import { block, encoded, expression, label, resource } from './hcl.ts';

it('is written as terraform fmt has it', () => {
  const text = resource(
    'aws_thing',
    'x',
    ['a', 'one'],
    ['longer', 2],
    ['map', { key: [true, 'y'], other: {} }],
    ['b', expression('aws_other.x.id')],
    block('inner', ['policy', encoded({ Statement: [] })]),
    ['last', null],
  );
  expect(text).toBe(`resource "aws_thing" "x" {
  a      = "one"
  longer = 2
  map = {
    "key" = [
      true,
      "y",
    ]
    "other" = {}
  }
  b = aws_other.x.id

  inner {
    policy = jsonencode({
      "Statement" = []
    })
  }

  last = null
}
`);
});

it.each([
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what Terraform would fill in
  ['${billing_period}', '"$${billing_period}"'],
  ['%{ if x }', '"%%{ if x }"'],
  ['a "b"\n\\', '"a \\"b\\"\\n\\\\"'],
])('what looks like a template is none: %s', (value, expected) => {
  expect(resource('t', 'x', ['a', value])).toContain(` = ${expected}\n`);
});

it('labels are letters, digits and underscores', () => {
  expect([label('acme-billing.eu'), label('2026')]).toEqual(['acme_billing_eu', 'r_2026']);
});
