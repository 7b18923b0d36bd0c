"""boto3_legacy_test.py <the program dynamo>: a Python program from before there were expressions: Expected, AttributeUpdates, KeyConditions and the like.

Ends with 77, and says why, where boto3 is not installed (Debian: python3-boto3).
"""
import sys
import tempfile

from served import Server, expect
from with_boto3 import boto3, clients, expect_error


def text(value):
    return {"S": value}


def number(value):
    return {"N": str(value)}


def compare(operator, *values):
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)} if values else {"ComparisonOperator": operator}


def key(forum, thread):
    return {"forum": text(forum), "thread": number(thread)}


def refused(call, words, **parameters):
    told = expect_error("ValidationException", call, **parameters)["Error"]["Message"]
    expect("message", words in told or told, True)


def create(db):
    db.create_table(TableName="threads", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("forum", "S"), ("thread", "N"), ("by", "S"))],
                    KeySchema=[{"AttributeName": "forum", "KeyType": "HASH"}, {"AttributeName": "thread", "KeyType": "RANGE"}],
                    GlobalSecondaryIndexes=[{"IndexName": "of_author", "KeySchema": [{"AttributeName": "by", "KeyType": "HASH"}],
                                             "Projection": {"ProjectionType": "ALL"}}])
    db.get_waiter("table_exists").wait(TableName="threads", WaiterConfig={"Delay": 1})


def guarded_writes(db):
    new = {"TableName": "threads", "Item": {**key("c++", 1), "by": text("ann"), "views": number(0)}, "Expected": {"forum": {"Exists": False}}}
    db.put_item(**new)
    expect_error("ConditionalCheckFailedException", db.put_item, **new)

    one = {"TableName": "threads", "Key": key("c++", 1)}
    told = db.update_item(**one, ReturnValues="ALL_NEW", Expected={"views": {"Value": number(0)}, "by": compare("BEGINS_WITH", text("a"))},
                          AttributeUpdates={"views": {"Action": "ADD", "Value": number(2)}, "tags": {"Action": "ADD", "Value": {"SS": ["new", "hot"]}},
                                            "title": {"Value": text("Modules")}, "log": {"Action": "ADD", "Value": {"L": [number(1)]}}})
    expect("updated", told["Attributes"], {**key("c++", 1), "by": text("ann"), "views": number(2), "tags": {"SS": ["hot", "new"]},
                                           "title": text("Modules"), "log": {"L": [number(1)]}})
    told = db.update_item(**one, ReturnValues="UPDATED_NEW",
                          AttributeUpdates={"tags": {"Action": "DELETE", "Value": {"SS": ["new"]}}, "title": {"Action": "DELETE"},
                                            "log": {"Action": "ADD", "Value": {"L": [number(2)]}}})
    expect("taken away", told["Attributes"], {"tags": {"SS": ["hot"]}, "log": {"L": [number(1), number(2)]}})
    either = {"views": compare("GT", number(9)), "title": compare("NULL")}
    expect_error("ConditionalCheckFailedException", db.delete_item, **one, Expected=either)
    expect_error("ConditionalCheckFailedException", db.delete_item, **one, Expected=either, ConditionalOperator="AND")
    told = db.delete_item(**one, Expected=either, ConditionalOperator="OR", ReturnValues="ALL_OLD")
    expect("deleted", told["Attributes"]["views"], number(2))


def reads(db):
    for thread in range(6):
        db.put_item(TableName="threads", Item={**key("c++", thread), "by": text("ann" if thread % 2 else "bob"), "views": number(thread * 10),
                                               **({"solved": {"BOOL": True}} if thread > 3 else {})})
    one = db.get_item(TableName="threads", Key=key("c++", 3), AttributesToGet=["views", "solved"], ConsistentRead=True)
    expect("attributes", one["Item"], {"views": number(30)})
    many = db.batch_get_item(RequestItems={"threads": {"Keys": [key("c++", 1), key("c++", 9)], "AttributesToGet": ["thread"]}})
    expect("in a batch", many["Responses"]["threads"], [{"thread": number(1)}])

    def threads(page):
        return [int(i["thread"]["N"]) for i in page["Items"]]

    forum = {"forum": compare("EQ", text("c++"))}
    for operator, values, found in (("EQ", (2,), [2]), ("LT", (2,), [0, 1]), ("LE", (2,), [0, 1, 2]), ("GT", (3,), [4, 5]), ("GE", (3,), [3, 4, 5]),
                                    ("BETWEEN", (1, 3), [1, 2, 3])):
        page = db.query(TableName="threads", KeyConditions={**forum, "thread": compare(operator, *map(number, values))})
        expect(operator, threads(page), found)
    page = db.query(TableName="threads", KeyConditions=forum, ScanIndexForward=False, Limit=4,
                    QueryFilter={"views": compare("IN", number(20), number(50)), "solved": compare("NOT_NULL")}, ConditionalOperator="OR")
    expect("filtered", (threads(page), page["ScannedCount"], page["LastEvaluatedKey"]), ([5, 4, 2], 4, key("c++", 2)))
    page = db.query(TableName="threads", IndexName="of_author", KeyConditions={"by": compare("EQ", text("ann"))}, Select="COUNT")
    expect("by an index", page["Count"], 3)

    for operator, values, found in (("NE", (number(10),), 5), ("NULL", (), 0), ("NOT_NULL", (), 6), ("BETWEEN", (number(10), number(30)), 3)):
        expect("scan " + operator, db.scan(TableName="threads", ScanFilter={"views": compare(operator, *values)})["Count"], found)
    for operator, found in (("CONTAINS", 3), ("NOT_CONTAINS", 3)):
        expect("scan " + operator, db.scan(TableName="threads", ScanFilter={"by": compare(operator, text("nn"))})["Count"], found)
    expect("what is not there is not equal", db.scan(TableName="threads", ScanFilter={"solved": compare("NE", {"BOOL": True})})["Count"], 4)
    pages = db.get_paginator("scan").paginate(TableName="threads", ScanFilter={"views": compare("GE", number(20))}, PaginationConfig={"PageSize": 2})
    expect("paged", sorted(t for page in pages for t in threads(page)), [2, 3, 4, 5])


def refusals(db):
    one = {"TableName": "threads", "Key": key("c++", 1)}
    mixed = "Can not use both expression and non-expression parameters in the same request"
    refused(db.update_item, mixed, **one, AttributeUpdates={"a": {"Action": "DELETE"}}, UpdateExpression="REMOVE a")
    refused(db.get_item, mixed, **one, AttributesToGet=["a"], ProjectionExpression="a")
    refused(db.scan, mixed, TableName="threads", ScanFilter={"a": compare("NULL")}, FilterExpression="attribute_exists(a)")
    refused(db.update_item, "ADD action is not supported for the type S", **one, AttributeUpdates={"a": {"Action": "ADD", "Value": text("x")}})
    refused(db.delete_item, "Value must be provided when Exists is true for Attribute: a", **one, Expected={"a": {"Exists": True}})
    refused(db.scan, "Invalid number of argument(s) for the BETWEEN ComparisonOperator", TableName="threads",
            ScanFilter={"a": compare("BETWEEN", number(1))})
    refused(db.query, "QueryFilter can only contain non-primary key attributes: Primary key attribute: thread", TableName="threads",
            KeyConditions={"forum": compare("EQ", text("c++"))}, QueryFilter={"thread": compare("GT", number(1))})


with tempfile.TemporaryDirectory() as scratch, Server(sys.argv[1], scratch + "/data") as server:
    db, _ = clients(server)
    create(db)
    guarded_writes(db)
    reads(db)
    refusals(db)
print("boto3", boto3.__version__, "is content")
