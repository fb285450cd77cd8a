import { EMPTY_PART } from '../../domain/plan.ts';
import type { Topic } from '../topic.ts';
import { planExport } from './plan.ts';
import { readExportFacts } from './read.ts';

/** The CUR 2.0 export that names who called, and the bucket that it is delivered to. */
export const exportTopic: Topic = {
  part: 'payer',
  plan: async (wish, account, signal) =>
    wish.export === null ? EMPTY_PART : planExport(wish.export, await readExportFacts(wish.export, account, signal)),
};
