import type { ExportWish, SetupWish } from '../../../src/domain/setup.ts';

/** A wish for an export in a bucket, and nothing else. */
export function exportWish(wished: Partial<ExportWish> = {}): ExportWish & SetupWish['export'] {
  return {
    name: 'bursar',
    bucket: 'acme-billing',
    bucketRegion: 'eu-central-1',
    prefix: 'cur',
    granularity: 'daily',
    resources: false,
    ...wished,
  };
}

const NOTHING: SetupWish = {
  accounts: { payer: null, identity: null, members: [] },
  dimensions: {},
  allocation: { rules: [], people: [] } as unknown as SetupWish['allocation'],
  tagPrincipals: false,
  trySsoTags: false,
  activateTags: false,
  backfill: null,
  export: null,
  athena: null,
  sessionTags: new Map(),
};

export const wishOf = (part: Partial<SetupWish>): SetupWish => ({ ...NOTHING, ...part });
