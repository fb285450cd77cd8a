import { expect, test } from 'vitest';
import { referencePages, writtenPage } from './reference.ts';

test.each(Object.entries(await referencePages()))(
  'docs/reference/%s says what the code does (npm run docs)',
  (name, text) => {
    expect(writtenPage(name)).toBe(text);
  },
);
