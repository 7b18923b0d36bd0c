import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { Match, Template } from 'aws-cdk-lib/assertions';

// As a visitor does it: no account, no region, no configuration of AWS, no container.
const out = mkdtempSync(join(tmpdir(), 'dynamo_cdk_'));
after(() => rmSync(out, { recursive: true }));
const here = resolve(__dirname, '../..');
const synth = spawnSync(join(here, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--app', 'node out/bin/sample.js', '--output', out], {
  cwd: here,
  encoding: 'utf8',
  env: { PATH: process.env.PATH, HOME: out, CDK_DOCKER: 'false', CDK_DISABLE_CLI_TELEMETRY: 'true', DYNAMO_JOBS: process.env.DYNAMO_JOBS },
});
assert.equal(synth.status, 0, synth.stderr);
const template = Template.fromString(readFileSync(join(out, 'SampleStreamStack.template.json'), 'utf8'));

const only = (type: string): [string, Record<string, any>] => {
  const found = Object.entries(template.findResources(type));
  assert.equal(found.length, 1, type);
  return found[0]!;
};

test('the table has a numeric key, is on demand, keeps new images in its stream, and goes with the stack', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: {
      TableName: 'SampleStreamTable',
      KeySchema: [{ AttributeName: 'Id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'Id', AttributeType: 'N' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    },
  });
});

test('the function runs on arm64 with 256 MB, and is the only one', () => {
  template.resourceCountIs('AWS::Lambda::Function', 1);
  template.hasResourceProperties('AWS::Lambda::Function', {
    FunctionName: 'sample-ddb-stream-handler',
    Runtime: 'provided.al2023',
    Architectures: ['arm64'],
    MemorySize: 256,
    Handler: 'bootstrap',
    LoggingConfig: { LogGroup: { Ref: only('AWS::Logs::LogGroup')[0] } },
    Role: { 'Fn::GetAtt': [only('AWS::IAM::Role')[0], 'Arn'] },
  });
});

test('the mapping hands over 100 changes at a time, and gives up what fails to the queue', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    EventSourceArn: { 'Fn::GetAtt': [only('AWS::DynamoDB::Table')[0], 'StreamArn'] },
    FunctionName: { Ref: only('AWS::Lambda::Function')[0] },
    StartingPosition: 'TRIM_HORIZON',
    BatchSize: 100,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 5,
    MaximumRecordAgeInSeconds: 21600,
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [only('AWS::SQS::Queue')[0], 'Arn'] } } },
  });
});

test('the log is kept for a week, and goes with the stack; so does the queue, which is encrypted', () => {
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
    Properties: { LogGroupName: '/aws/lambda/sample-ddb-stream-handler', RetentionInDays: 7 },
  });
  template.hasResource('AWS::SQS::Queue', { DeletionPolicy: 'Delete', Properties: { SqsManagedSseEnabled: true } });
});

test('the role may read the stream, send to the queue and write the log, and nothing else', () => {
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.resourceCountIs('AWS::IAM::ManagedPolicy', 0);
  const role = only('AWS::IAM::Role')[1].Properties;
  assert.equal(role.ManagedPolicyArns, undefined);
  assert.deepEqual(
    role.AssumeRolePolicyDocument.Statement.map((s: any) => [s.Action, s.Principal]),
    [['sts:AssumeRole', { Service: 'lambda.amazonaws.com' }]],
  );
  const statements = role.Policies.flatMap((p: any) => p.PolicyDocument.Statement);
  const of = (type: string, attribute: string) => ({ 'Fn::GetAtt': [only(type)[0], attribute] });
  assert.deepEqual(statements, [
    {
      Effect: 'Allow',
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      Resource: of('AWS::DynamoDB::Table', 'StreamArn'),
    },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: of('AWS::SQS::Queue', 'Arn') },
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: of('AWS::Logs::LogGroup', 'Arn') },
  ]);
  assert.doesNotMatch(JSON.stringify(statements), /\*/);
});

test('the table, the log and the queue are told', () => {
  for (const name of ['TableName', 'LogGroup', 'FailureQueue']) template.hasOutput(name, Match.anyValue());
});

test('what is packaged is one file, the program that the other tests run', () => {
  const assets = readdirSync(out).filter((name) => name.startsWith('asset.'));
  assert.equal(assets.length, 1);
  assert.deepEqual(readdirSync(join(out, assets[0]!)), ['bootstrap']);
  const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  const packaged = join(out, assets[0]!, 'bootstrap');
  const tested = process.env.DYNAMO_TESTED_FUNCTION;
  if (tested !== undefined) {
    assert.ok(existsSync(tested), tested);
    assert.equal(digest(packaged), digest(tested));
  }
  const head = readFileSync(packaged);
  assert.deepEqual([...head.subarray(0, 5)], [0x7f, 0x45, 0x4c, 0x46, 2], 'ELF, 64 bits');
  assert.equal(head.readUInt16LE(18), 183, 'AArch64');
  assert.equal(only('AWS::Lambda::Function')[1].Properties.Code.S3Key, `${assets[0]!.slice('asset.'.length)}.zip`);
});
