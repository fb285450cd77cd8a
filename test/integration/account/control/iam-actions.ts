import type { Asked } from '../wire/request.ts';

/**
 * Which IAM actions a call needs. Mostly the action is named like the operation; where it is not, the table of
 * https://docs.aws.amazon.com/service-authorization/latest/reference/ says what it is.
 */
export function iamActions({ service, operation, input }: Pick<Asked, 'service' | 'operation' | 'input'>): string[] {
  const prefix = PREFIX[service] ?? service;
  const own = NAMED_OTHERWISE[service]?.[operation] ?? [`${prefix}:${operation}`];
  return tagsWhatItMakes(service, operation, input) ? [...own, `${prefix}:TagResource`] : own;
}

/**
 * https://docs.aws.amazon.com/athena/latest/ug/tags-access-control.html and https://docs.aws.amazon.com/glue/latest/dg/monitor-tags.html: tags
 * given on creation want the permission to tag.
 */
function tagsWhatItMakes(service: string, operation: string, { Tags }: Asked['input']): boolean {
  return ['athena', 'glue'].includes(service) && operation.startsWith('Create') && Tags !== undefined;
}

const PREFIX: Readonly<Record<string, string>> = { 'sso-admin': 'sso' };

const NAMED_OTHERWISE: Readonly<Record<string, Readonly<Record<string, string[]>>>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
  s3: {
    HeadBucket: ['s3:ListBucket'],
    ListObjects: ['s3:ListBucket'],
    ListObjectsV2: ['s3:ListBucket'],
    ListObjectVersions: ['s3:ListBucketVersions'],
    ListBuckets: ['s3:ListAllMyBuckets'],
    ListMultipartUploads: ['s3:ListBucketMultipartUploads'],
    HeadObject: ['s3:GetObject'],
    DeleteObjects: ['s3:DeleteObject'],
    CopyObject: ['s3:PutObject'],
    CreateMultipartUpload: ['s3:PutObject'],
    UploadPart: ['s3:PutObject'],
    CompleteMultipartUpload: ['s3:PutObject'],
    GetPublicAccessBlock: ['s3:GetBucketPublicAccessBlock'],
    PutPublicAccessBlock: ['s3:PutBucketPublicAccessBlock'],
    DeletePublicAccessBlock: ['s3:PutBucketPublicAccessBlock'],
    GetBucketEncryption: ['s3:GetEncryptionConfiguration'],
    PutBucketEncryption: ['s3:PutEncryptionConfiguration'],
    DeleteBucketEncryption: ['s3:PutEncryptionConfiguration'],
    DeleteBucketTagging: ['s3:PutBucketTagging'],
    GetBucketLifecycleConfiguration: ['s3:GetLifecycleConfiguration'],
    PutBucketLifecycleConfiguration: ['s3:PutLifecycleConfiguration'],
    DeleteBucketLifecycle: ['s3:PutLifecycleConfiguration'],
    DeleteBucketOwnershipControls: ['s3:PutBucketOwnershipControls'],
  },
  // Creating and changing a CUR 2.0 export wants the permission of the old reports too: AWS's examples of policies name both.
  'bcm-data-exports': {
    CreateExport: ['bcm-data-exports:CreateExport', 'cur:PutReportDefinition'],
    UpdateExport: ['bcm-data-exports:UpdateExport', 'cur:PutReportDefinition'],
  },
  // "No permissions are required": https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  sts: { GetCallerIdentity: [] },
};
