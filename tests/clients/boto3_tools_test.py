"""boto3_tools_test.py <the program dynamo>: what consoles and infrastructure tools ask for beside tables and items: tags, resource policies, states.

Ends with 77, and says why, where boto3 is not installed (Debian: python3-boto3).
"""
import json
import sys
import tempfile

from served import Server, expect
from with_boto3 import boto3, clients, expect_error, knows

NAMES = [f"key{i:02}" for i in range(25)]
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": ["dynamodb:GetItem"], "Resource": "*"}]})


def create(db, name, **more):
    made = db.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                           AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("id", "kind")],
                           KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                           GlobalSecondaryIndexes=[{"IndexName": "by_kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                                                    "Projection": {"ProjectionType": "ALL"}}],
                           StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}, **more)["TableDescription"]
    db.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    return made["TableArn"], made["LatestStreamArn"]


def tags_of(db, arn):
    pages = db.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
    return {t["Key"]: t["Value"] for page in pages for t in page["Tags"]}


def tags(db, arn):
    expect("tags of a new table", tags_of(db, arn), {n: "x" for n in NAMES})
    expect("a page", len(db.list_tags_of_resource(ResourceArn=arn)["Tags"]), 10)
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": NAMES[0], "Value": "y"}, {"Key": "Größe", "Value": ""}])
    db.untag_resource(ResourceArn=arn, TagKeys=NAMES[1:])
    expect("changed tags", tags_of(db, arn), {NAMES[0]: "y", "Größe": ""})
    expect_error("ValidationException", db.tag_resource, ResourceArn=arn, Tags=[{"Key": "aws:x", "Value": ""}])
    expect_error("ValidationException", db.tag_resource, ResourceArn="tools", Tags=[])
    expect_error("ValidationException", db.list_tags_of_resource, ResourceArn=arn + "/index/by_kind")
    expect_error("ResourceNotFoundException", db.list_tags_of_resource, ResourceArn=arn + "2")
    expect_error("AccessDeniedException", db.list_tags_of_resource, ResourceArn=arn.replace("000000000000", "111122223333"))


def policies(db, table, stream):
    if not knows(db, "PutResourcePolicy"):
        return print("this botocore does not know resource policies")
    for arn in (table, stream):
        expect_error("PolicyNotFoundException", db.get_resource_policy, ResourceArn=arn)
        first = db.put_resource_policy(ResourceArn=arn, Policy=POLICY, ExpectedRevisionId="NO_POLICY")["RevisionId"]
        expect("the same again", db.put_resource_policy(ResourceArn=arn, Policy=POLICY)["RevisionId"], first)
        got = db.get_resource_policy(ResourceArn=arn)
        expect("policy", (got["Policy"], got["RevisionId"]), (POLICY, first))
        expect_error("PolicyNotFoundException", db.put_resource_policy, ResourceArn=arn, Policy=POLICY, ExpectedRevisionId="NO_POLICY")
        expect_error("PolicyNotFoundException", db.delete_resource_policy, ResourceArn=arn, ExpectedRevisionId="1")
        expect("deleted", db.delete_resource_policy(ResourceArn=arn)["RevisionId"], first)
        db.delete_resource_policy(ResourceArn=arn)
    expect_error("ValidationException", db.put_resource_policy, ResourceArn=table, Policy="{}")


def backups(db):
    def recovery():
        told = db.describe_continuous_backups(TableName="tools")["ContinuousBackupsDescription"]
        expect("continuous backups", told["ContinuousBackupsStatus"], "ENABLED")
        return told["PointInTimeRecoveryDescription"]

    expect("never set", recovery(), {"PointInTimeRecoveryStatus": "DISABLED"})
    db.update_continuous_backups(TableName="tools", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    expect("enabled", recovery()["PointInTimeRecoveryStatus"], "ENABLED")
    expect("since", recovery()["EarliestRestorableDateTime"] <= recovery()["LatestRestorableDateTime"], True)
    expect_error("TableNotFoundException", db.describe_continuous_backups, TableName="none")
    expect("backups", db.list_backups()["BackupSummaries"], [])
    arn = db.describe_table(TableName="tools")["Table"]["TableArn"]
    for call in (db.describe_backup, db.delete_backup):
        expect_error("BackupNotFoundException", call, BackupArn=arn + "/backup/1")
    expect("exports", db.list_exports(TableArn=arn)["ExportSummaries"], [])
    expect_error("ExportNotFoundException", db.describe_export, ExportArn=arn + "/export/1")
    if knows(db, "ListImports"):
        expect("imports", db.list_imports()["ImportSummaryList"], [])
        expect_error("ImportNotFoundException", db.describe_import, ImportArn=arn + "/import/1")
    if knows(db, "ListBulkOperations"):
        expect("bulk operations", db.list_bulk_operations()["BulkOperationsSummaryList"], [])


def insights(db):
    expect("never set", db.describe_contributor_insights(TableName="tools")["ContributorInsightsStatus"], "DISABLED")
    told = db.update_contributor_insights(TableName="tools", IndexName="by_kind", ContributorInsightsAction="ENABLE")
    expect("enabling", told["ContributorInsightsStatus"], "ENABLING")
    told = db.describe_contributor_insights(TableName="tools", IndexName="by_kind")
    expect("enabled", (told["ContributorInsightsStatus"], told["IndexName"]), ("ENABLED", "by_kind"))
    listed = db.list_contributor_insights()["ContributorInsightsSummaries"]
    expect("list", [(s["TableName"], s.get("IndexName"), s["ContributorInsightsStatus"]) for s in listed],
           [("tools", None, "DISABLED"), ("tools", "by_kind", "ENABLED")])
    expect_error("ResourceNotFoundException", db.describe_contributor_insights, TableName="none")


def the_rest(db):
    expect("destinations", db.describe_kinesis_streaming_destination(TableName="tools")["KinesisDataStreamDestinations"], [])
    expect("replicas", db.describe_table_replica_auto_scaling(TableName="tools")["TableAutoScalingDescription"]["Replicas"], [])
    expect("global tables", db.list_global_tables()["GlobalTables"], [])
    for call in (db.describe_global_table, db.describe_global_table_settings):
        expect_error("GlobalTableNotFoundException", call, GlobalTableName="tools")
    expect("limits", db.describe_limits()["TableMaxReadCapacityUnits"], 40_000)
    for call, parameters in ((db.create_backup, {"TableName": "tools", "BackupName": "one"}),
                             (db.enable_kinesis_streaming_destination, {"TableName": "tools", "StreamArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/x"})):
        refused = expect_error("UnknownOperationException", call, **parameters)
        expect("why", "is not supported by the embedded engine yet" in refused["Error"]["Message"], True)


with tempfile.TemporaryDirectory() as scratch:
    with Server(sys.argv[1], scratch + "/data") as server:
        db, _ = clients(server)
        table, stream = create(db, "tools", Tags=[{"Key": n, "Value": "x"} for n in NAMES])
        tags(db, table)
        policies(db, table, stream)
        backups(db)
        insights(db)
        the_rest(db)
    with Server(sys.argv[1], scratch + "/data") as server:
        db, _ = clients(server)
        expect("tags after a restart", tags_of(db, table), {NAMES[0]: "y", "Größe": ""})
        told = db.describe_continuous_backups(TableName="tools")["ContinuousBackupsDescription"]
        expect("recovery after a restart", told["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")
        told = db.describe_contributor_insights(TableName="tools", IndexName="by_kind")
        expect("insights after a restart", told["ContributorInsightsStatus"], "ENABLED")
        db.delete_table(TableName="tools")
        db.get_waiter("table_not_exists").wait(TableName="tools", WaiterConfig={"Delay": 1})
        table, _ = create(db, "tools")
        expect("tags of the next table", tags_of(db, table), {})
print("boto3", boto3.__version__, "is content")
