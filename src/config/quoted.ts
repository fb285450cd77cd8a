import { z } from 'zod';

/** YAML reads 001122334455 as a number and loses its zeros: only text is taken, and the error says how to write it. */
export const quoted = z.string({
  error: ({ input }) =>
    typeof input === 'number' ? 'write it in quotes: YAML takes it for a number, which loses leading zeros' : undefined,
});
