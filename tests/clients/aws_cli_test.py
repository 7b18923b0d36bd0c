"""aws_cli_test.py <the program dynamo> <the program aws>: what a shell script does with DynamoDB, on a server of its own.

Ends with 77, and says why, where `aws` does not run (Debian: awscli).
"""
import json
import os
import subprocess
import sys
import tempfile

from served import CREDENTIALS, Server, expect, skip


class Aws:
    """One command after another, each a process; parameters as JSON, answers too."""

    def __init__(self, program, url, home):
        self.command = [program, "--endpoint-url", url, "--region", "eu-west-1", "--output", "json"]
        # No file of the user's is read, and a failure shows at once.
        self.environment = {**os.environ, **CREDENTIALS, "HOME": home, "AWS_CONFIG_FILE": home + "/none", "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": "",
                            "AWS_SHARED_CREDENTIALS_FILE": home + "/none", "AWS_EC2_METADATA_DISABLED": "true"}
        self.environment.pop("AWS_PROFILE", None)

    def run(self, service, verb, *flags, **parameters):
        words = self.command + [service, verb, *flags]
        for name, value in parameters.items():
            words += ["--" + name.replace("_", "-"), value if isinstance(value, str) else json.dumps(value)]
        return subprocess.run(words, env=self.environment, capture_output=True, text=True)

    def __call__(self, service, verb, *flags, **parameters):
        done = self.run(service, verb, *flags, **parameters)
        if done.returncode != 0:
            sys.exit(f"aws {service} {verb}: {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def fails(self, code, service, verb, *flags, **parameters):
        done = self.run(service, verb, *flags, **parameters)
        if done.returncode == 0 or f"({code})" not in done.stderr:
            sys.exit(f"aws {service} {verb} says {done.stderr!r}, expected {code}")


def text(value):
    return {"S": value}


def newer_operations(aws):
    put = {"Put": {"TableName": "songs", "Item": {"artist": text("Ella"), "title": text("Misty")}, "ConditionExpression": "attribute_not_exists(title)"}}
    aws("dynamodb", "transact-write-items", transact_items=[put], client_request_token="once")
    aws("dynamodb", "transact-write-items", transact_items=[put], client_request_token="once")
    aws.fails("TransactionCanceledException", "dynamodb", "transact-write-items", transact_items=[put])
    got = aws("dynamodb", "transact-get-items", transact_items=[{"Get": {"TableName": "songs", "Key": put["Put"]["Item"]}}])
    expect("together", got["Responses"], [{"Item": put["Put"]["Item"]}])

    aws("dynamodb", "update-time-to-live", table_name="songs", time_to_live_specification={"Enabled": True, "AttributeName": "until"})
    told = aws("dynamodb", "describe-time-to-live", table_name="songs")["TimeToLiveDescription"]
    expect("expiry", told["AttributeName"], "until")

    arn = aws("dynamodb", "describe-table", table_name="songs")["Table"]["TableArn"]
    aws("dynamodb", "tag-resource", resource_arn=arn, tags=[{"Key": "team", "Value": "blue"}])
    expect("tags", aws("dynamodb", "list-tags-of-resource", resource_arn=arn)["Tags"], [{"Key": "team", "Value": "blue"}])
    aws("dynamodb", "untag-resource", resource_arn=arn, tag_keys=["team"])
    expect("no tags", aws("dynamodb", "list-tags-of-resource", resource_arn=arn)["Tags"], [])

    aws("dynamodb", "update-table", table_name="songs", attribute_definitions=[{"AttributeName": "title", "AttributeType": "S"}],
        global_secondary_index_updates=[{"Create": {"IndexName": "by_title", "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
                                                    "Projection": {"ProjectionType": "KEYS_ONLY"}}}])
    aws("dynamodb", "wait", "table-exists", table_name="songs")
    aws("dynamodb", "update-table", table_name="songs", table_class="STANDARD_INFREQUENT_ACCESS")
    aws("dynamodb", "wait", "table-exists", table_name="songs")
    told = aws("dynamodb", "describe-table", table_name="songs")["Table"]["TableClassSummary"]
    expect("class", told["TableClass"], "STANDARD_INFREQUENT_ACCESS")
    expect("backups", aws("dynamodb", "list-backups")["BackupSummaries"], [])
    told = aws("dynamodb", "describe-continuous-backups", table_name="songs")["ContinuousBackupsDescription"]
    expect("continuous backups", told["ContinuousBackupsStatus"], "ENABLED")


def run(aws):
    aws("dynamodb", "create-table", table_name="songs", billing_mode="PAY_PER_REQUEST",
        attribute_definitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("artist", "title", "genre")],
        key_schema=[{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
        global_secondary_indexes=[{"IndexName": "by_genre", "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}],
                                   "Projection": {"ProjectionType": "ALL"}}],
        stream_specification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    aws("dynamodb", "wait", "table-exists", table_name="songs")
    key = {"artist": text("Nina"), "title": text("Sinnerman")}
    aws("dynamodb", "put-item", table_name="songs", item={**key, "genre": text("jazz"), "seconds": {"N": "622"}})
    aws.fails("ConditionalCheckFailedException", "dynamodb", "put-item", table_name="songs", item=key,
              condition_expression="attribute_not_exists(title)")
    told = aws("dynamodb", "update-item", table_name="songs", key=key, update_expression="SET seconds = seconds + :n",
               expression_attribute_values={":n": {"N": "3"}}, return_values="ALL_NEW")
    expect("updated", told["Attributes"]["seconds"], {"N": "625"})
    aws("dynamodb", "batch-write-item", request_items={"songs": [
        {"PutRequest": {"Item": {"artist": text("Miles"), "title": text(f"take {i:02}"), "genre": text("jazz")}}} for i in range(25)]})
    got = aws("dynamodb", "batch-get-item", request_items={"songs": {"Keys": [key]}})
    expect("batch get", [i["seconds"] for i in got["Responses"]["songs"]], [{"N": "625"}])
    got = aws("dynamodb", "query", table_name="songs", key_condition_expression="artist = :a", page_size="10",
              expression_attribute_values={":a": text("Miles")})
    expect("three pages in one", [i["title"]["S"] for i in got["Items"]], [f"take {i:02}" for i in range(25)])
    first = aws("dynamodb", "scan", table_name="songs", max_items="20", page_size="7")
    rest = aws("dynamodb", "scan", table_name="songs", page_size="7", starting_token=first["NextToken"])
    expect("a scan goes on from its token", len(first["Items"]) + len(rest["Items"]), 26)
    got = aws("dynamodb", "query", table_name="songs", index_name="by_genre", key_condition_expression="genre = :g", select="COUNT",
              expression_attribute_values={":g": text("jazz")})
    expect("index", got["Count"], 26)
    aws("dynamodb", "delete-item", table_name="songs", key=key)
    expect("gone", aws("dynamodb", "get-item", table_name="songs", key=key) or {}, {})

    arn = aws("dynamodb", "describe-table", table_name="songs")["Table"]["LatestStreamArn"]
    shard = aws("dynamodbstreams", "describe-stream", stream_arn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    at = aws("dynamodbstreams", "get-shard-iterator", stream_arn=arn, shard_id=shard, shard_iterator_type="TRIM_HORIZON")
    records = aws("dynamodbstreams", "get-records", shard_iterator=at["ShardIterator"])["Records"]
    expect("events", [r["eventName"] for r in records], ["INSERT", "MODIFY"] + ["INSERT"] * 25 + ["REMOVE"])

    newer_operations(aws)
    aws("dynamodb", "delete-table", table_name="songs")
    aws("dynamodb", "wait", "table-not-exists", table_name="songs")
    aws.fails("ResourceNotFoundException", "dynamodb", "describe-table", table_name="songs")
    expect("tables", aws("dynamodb", "list-tables")["TableNames"], [])


try:
    version = subprocess.run([sys.argv[2], "--version"], capture_output=True, text=True)
except OSError as missing:
    skip(f"{missing}; apt-get install awscli")
if version.returncode != 0:
    skip(f"aws --version: {version.stderr}")
with tempfile.TemporaryDirectory() as home, Server(sys.argv[1]) as server:
    run(Aws(sys.argv[2], server.url, home))
print((version.stdout or version.stderr).strip(), "is content")
