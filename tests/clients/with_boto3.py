"""What the tests on boto3 share. Ends the program with 77, and says why, where boto3 is not installed (Debian: python3-boto3)."""
import os
import sys

from served import expect, skip

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError as missing:
    skip(f"{missing}; apt-get install python3-boto3")

WHERE = {"region_name": "eu-west-1", "aws_access_key_id": "any", "aws_secret_access_key": "thing",
         "config": Config(retries={"total_max_attempts": 1})}


def clients(server):
    """Of DynamoDB and of its streams."""
    return (boto3.client("dynamodb", endpoint_url=server.url, **WHERE), boto3.client("dynamodbstreams", endpoint_url=server.url, **WHERE))


def knows(client, operation, parameter=None):
    """Whether this botocore has heard of an operation, and of a parameter of it. One that must know all (newest_boto3/run) ends the program where not."""
    known = operation in client.meta.service_model.operation_names
    if known and parameter is not None:
        known = parameter in client.meta.service_model.operation_model(operation).input_shape.members
    if not known and os.environ.get("DYNAMO_BOTO3_KNOWS_ALL"):
        sys.exit(f"boto3 {boto3.__version__} does not know {operation} {parameter or ''}")
    return known


def expect_error(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as e:
        expect("error", e.response["Error"]["Code"], code)
        expect("status", e.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        expect("request id", len(e.response["ResponseMetadata"]["RequestId"]), 52)
        return e.response
    sys.exit(f"no {code}")
