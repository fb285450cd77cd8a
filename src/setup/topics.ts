import type { Topic } from './topic.ts';

/** Every part of the set-up, in the order in which it is planned; its files are loaded only when it is. */
export const TOPICS: readonly (() => Promise<Topic>)[] = [
  async () => (await import('./principals/topic.ts')).principalsTopic,
  async () => (await import('./cost-tags/topic.ts')).costTagsTopic,
  async () => (await import('./session-tags/topic.ts')).sessionTagsTopic,
  async () => (await import('./export/topic.ts')).exportTopic,
  async () => (await import('./athena/topic.ts')).athenaTopic,
  // The last: a refusal ends what comes after it in the account.
  async () => (await import('./principals/sso-trial.ts')).ssoTrialTopic,
];
