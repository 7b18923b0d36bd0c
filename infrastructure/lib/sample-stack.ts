import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ChangeFunction } from './change-function';
import { libraryRoot } from './cpp-function';

/** A table, and the function of examples/11_lambda_handler.cpp, which logs each of its changes. `cdk destroy` leaves nothing behind. */
export class SampleStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new dynamodb.Table(this, 'Table', {
      tableName: 'SampleStreamTable',
      partitionKey: { name: 'Id', type: dynamodb.AttributeType.NUMBER },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const changes = new ChangeFunction(this, 'Changes', {
      table,
      project: libraryRoot,
      target: 'sample-ddb-stream-handler',
      functionName: 'sample-ddb-stream-handler',
    });

    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'LogGroup', { value: changes.log.logGroupName });
    new CfnOutput(this, 'FailureQueue', { value: changes.failures.queueUrl });
  }
}
