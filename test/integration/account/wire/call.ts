import type { Asked } from './request.ts';

/** A request with who makes it. */
export interface Call extends Asked {
  readonly account: string;
  /** ARN of the user or of the role's session */
  readonly principal: string;
}
