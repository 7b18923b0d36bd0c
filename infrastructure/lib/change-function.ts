import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CppFunction } from './cpp-function';

export interface ChangeFunctionProps {
  /** Must have a stream. */
  readonly table: dynamodb.ITable;
  /** See CppFunctionProps. */
  readonly project: string;
  readonly target: string;
  readonly functionName?: string;
  /** @default ARM_64 */
  readonly architecture?: lambda.Architecture;
  /** MB. @default 256 */
  readonly memorySize?: number;
  /** For one batch. @default 30 seconds */
  readonly timeout?: Duration;
  readonly environment?: Record<string, string>;
  /** Changes handed over at a time. @default 100 */
  readonly batchSize?: number;
  /** How often a batch that fails is tried again before its rest goes to the failure queue. @default 5 */
  readonly retryAttempts?: number;
  /** A change that is older goes to the failure queue. @default 6 hours, a quarter of what the stream keeps */
  readonly maxRecordAge?: Duration;
  /** @default a week */
  readonly logRetention?: logs.RetentionDays;
}

/**
 * A C++ function that is handed every change of a table, with its event source mapping, the queue that hears of changes which were given up, its
 * log, and a role that may do no more than that. What the function calls besides, it must be granted: `table.grantReadData(it.handler)`.
 */
export class ChangeFunction extends Construct {
  readonly handler: CppFunction;
  readonly failures: sqs.Queue;
  readonly log: logs.LogGroup;
  readonly mapping: lambda.EventSourceMapping;

  constructor(scope: Construct, id: string, props: ChangeFunctionProps) {
    super(scope, id);
    const stream = props.table.tableStreamArn;
    if (stream === undefined) throw new Error(`The table of ${this.node.path} has no stream`);

    this.failures = new sqs.Queue(this, 'Failures', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14), // the changes themselves are gone after one
    });
    this.log = new logs.LogGroup(this, 'Log', {
      ...(props.functionName === undefined ? {} : { logGroupName: `/aws/lambda/${props.functionName}` }),
      retention: props.logRetention ?? logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.handler = new CppFunction(this, 'Handler', {
      project: props.project,
      target: props.target,
      functionName: props.functionName,
      architecture: props.architecture,
      memorySize: props.memorySize ?? 256,
      timeout: props.timeout ?? Duration.seconds(30),
      environment: props.environment,
      logGroup: this.log,
      role: this.role(stream),
    });
    this.mapping = new lambda.EventSourceMapping(this, 'Mapping', {
      target: this.handler,
      eventSourceArn: stream,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize ?? 100,
      reportBatchItemFailures: true, // without it AWS takes a partial failure for success
      bisectBatchOnError: true,
      retryAttempts: props.retryAttempts ?? 5,
      maxRecordAge: props.maxRecordAge ?? Duration.hours(6),
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) }, // the role has its permission
    });
  }

  private role(stream: string): iam.Role {
    const may = (actions: string[], resource: string) =>
      new iam.PolicyStatement({ actions, resources: [resource] });
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Changes: new iam.PolicyDocument({
          statements: [
            may(
              ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
              stream,
            ),
            may(['sqs:SendMessage'], this.failures.queueArn),
            may(['logs:CreateLogStream', 'logs:PutLogEvents'], this.log.logGroupArn), // ends in `:*`, its log streams
          ],
        }),
      },
    });
  }
}
