"""boto3_test.py <the program dynamo>: what a Python program does with DynamoDB, on a server of its own.

Ends with 77, and says why, where boto3 is not installed (Debian: python3-boto3).
"""
import sys
import tempfile

from served import Server, expect
from with_boto3 import WHERE, boto3, clients, expect_error
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import TypeDeserializer

MATRIX = {"year": 1999, "title": "The Matrix"}
TITLES = [f"{i:03}" for i in range(250)]


def create(db):
    db.create_table(
        TableName="movies",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t}
                              for n, t in (("title", "S"), ("year", "N"), ("genre", "S"), ("rating", "N"))],
        KeySchema=[{"AttributeName": "year", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "by_genre",
            "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}],
        LocalSecondaryIndexes=[{
            "IndexName": "by_rating",
            "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}, {"AttributeName": "rating", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    db.get_waiter("table_exists").wait(TableName="movies", WaiterConfig={"Delay": 1})
    expect_error("ResourceInUseException", db.create_table, TableName="movies", BillingMode="PAY_PER_REQUEST",
                 AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])
    expect_error("ResourceNotFoundException", db.describe_table, TableName="none")
    expect_error("ValidationException", db.create_table, TableName="half", BillingMode="PAY_PER_REQUEST",
                 AttributeDefinitions=[], KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])


def one_item(movies):
    movies.put_item(Item={**MATRIX, "cast": {"Neo", "Trinity"}, "raw": b"\x00\xff", "notes": [1, None, True, {"deep": ["\u00e9\U0001f3ac"]}]})
    found = movies.get_item(Key=MATRIX, ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    expect("capacity", found["ConsumedCapacity"]["CapacityUnits"], 1)
    found = found["Item"]
    expect("cast", found["cast"], {"Neo", "Trinity"})
    expect("raw", bytes(found["raw"]), b"\x00\xff")
    expect("notes", found["notes"], [1, None, True, {"deep": ["\u00e9\U0001f3ac"]}])
    changed = movies.update_item(Key=MATRIX, UpdateExpression="ADD seen :n REMOVE #notes[0]", ReturnValues="UPDATED_NEW",
                                 ExpressionAttributeNames={"#notes": "notes"}, ExpressionAttributeValues={":n": 2})
    expect("updated", changed["Attributes"]["seen"], 2)
    part = movies.get_item(Key=MATRIX, ProjectionExpression="seen, notes[0]")["Item"]
    expect("projected", part, {"seen": 2, "notes": [None]})


def conditions(movies):
    expect_error("ConditionalCheckFailedException", movies.put_item, Item=MATRIX, ConditionExpression=Attr("title").not_exists())
    expect_error("ConditionalCheckFailedException", movies.delete_item, Key=MATRIX, ConditionExpression="seen > :n",
                 ExpressionAttributeValues={":n": 2})
    expect_error("ValidationException", movies.update_item, Key=MATRIX, UpdateExpression="SET seen = seen +")
    gone = movies.delete_item(Key=MATRIX, ConditionExpression=Attr("seen").between(1, 2) & Attr("cast").contains("Neo"), ReturnValues="ALL_OLD")
    expect("deleted", gone["Attributes"]["seen"], 2)
    expect("gone", "Item" in movies.get_item(Key=MATRIX), False)


def many_items(db, movies):
    with movies.batch_writer() as batch:
        for i, title in enumerate(TITLES):
            batch.put_item(Item={"year": 2000, "title": title, "genre": "even" if i % 2 == 0 else "odd", "rating": 250 - i, "text": "x" * 100})
    keys = [{"year": {"N": "2000"}, "title": {"S": t}} for t in TITLES[:99]] + [{"year": {"N": "1"}, "title": {"S": "none"}}]
    got = db.batch_get_item(RequestItems={"movies": {"Keys": keys}})
    expect("batch get", sorted(i["title"]["S"] for i in got["Responses"]["movies"]), TITLES[:99])
    expect("unprocessed", got["UnprocessedKeys"], {})


def pages(db, movies):
    found = list(db.get_paginator("query").paginate(
        TableName="movies", KeyConditionExpression="#y = :y", ExpressionAttributeNames={"#y": "year"},
        ExpressionAttributeValues={":y": {"N": "2000"}}, PaginationConfig={"PageSize": 40}))
    expect("pages", len(found), 7)
    expect("titles", [i["title"]["S"] for page in found for i in page["Items"]], TITLES)
    found = db.get_paginator("scan").paginate(TableName="movies", FilterExpression="genre = :g", Limit=33,
                                              ExpressionAttributeValues={":g": {"S": "odd"}}).build_full_result()
    expect("filtered scan", (found["Count"], found["ScannedCount"]), (125, 250))
    parts = [movies.scan(Segment=s, TotalSegments=3)["Count"] for s in range(3)]
    expect("segments", sum(parts), 250)
    names = db.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1}).build_full_result()["TableNames"]
    expect("tables", names, ["movies"])


def indexes(db, movies):
    even = movies.query(IndexName="by_genre", KeyConditionExpression=Key("genre").eq("even") & Key("title").begins_with("1"))["Items"]
    expect("global index", [i["title"] for i in even], TITLES[100:200:2])
    found = db.get_paginator("query").paginate(
        TableName="movies", IndexName="by_rating", KeyConditionExpression="#y = :y AND rating < :r", ScanIndexForward=False,
        ExpressionAttributeNames={"#y": "year"}, ExpressionAttributeValues={":y": {"N": "2000"}, ":r": {"N": "11"}},
        PaginationConfig={"PageSize": 4}).build_full_result()["Items"]
    expect("local index", [i["title"]["S"] for i in found], TITLES[240:])
    expect("its projection", sorted(found[0]), ["rating", "title", "year"])
    expect_error("ValidationException", movies.query, IndexName="by_genre", KeyConditionExpression=Key("genre").eq("even"), ConsistentRead=True)


def records_of(streams, **where):
    iterator = streams.get_shard_iterator(**where)["ShardIterator"]
    found = []
    while iterator:
        page = streams.get_records(ShardIterator=iterator, Limit=100)
        if not page["Records"]:
            break
        found += page["Records"]
        iterator = page.get("NextShardIterator")
    return found


def changes(db, streams):
    arn = db.describe_table(TableName="movies")["Table"]["LatestStreamArn"]
    expect("streams", [s["StreamArn"] for s in streams.list_streams(TableName="movies")["Streams"]], [arn])
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    expect("shards", len(shards), 1)
    shard = {"StreamArn": arn, "ShardId": shards[0]["ShardId"]}
    found = records_of(streams, **shard, ShardIteratorType="TRIM_HORIZON")
    expect("events", [r["eventName"] for r in found], ["INSERT", "MODIFY", "REMOVE"] + ["INSERT"] * 250)
    numbers = [int(r["dynamodb"]["SequenceNumber"]) for r in found]
    expect("ascending numbers", numbers, sorted(set(numbers)))
    removed = {k: TypeDeserializer().deserialize(v) for k, v in found[2]["dynamodb"]["OldImage"].items()}
    expect("old image", (removed["seen"], removed["cast"]), (2, {"Neo", "Trinity"}))
    expect("titles", [r["dynamodb"]["Keys"]["title"]["S"] for r in found[3:]], TITLES)
    later = records_of(streams, **shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=found[99]["dynamodb"]["SequenceNumber"])
    expect("after the hundredth", [r["eventID"] for r in later], [r["eventID"] for r in found[100:]])


def run(program, folder):
    with Server(program, folder) as server:
        db, streams = clients(server)
        movies = boto3.resource("dynamodb", endpoint_url=server.url, **WHERE).Table("movies")
        create(db)
        one_item(movies)
        conditions(movies)
        many_items(db, movies)
        pages(db, movies)
        indexes(db, movies)
        changes(db, streams)
    with Server(program, folder) as server:
        db, streams = clients(server)
        expect("after a restart", db.scan(TableName="movies", Select="COUNT")["Count"], 250)
        changes(db, streams)
        db.update_table(TableName="movies", StreamSpecification={"StreamEnabled": False})
        db.get_waiter("table_exists").wait(TableName="movies", WaiterConfig={"Delay": 1})
        db.delete_table(TableName="movies")
        db.get_waiter("table_not_exists").wait(TableName="movies", WaiterConfig={"Delay": 1})
        expect("tables", db.list_tables()["TableNames"], [])


with tempfile.TemporaryDirectory() as scratch:
    run(sys.argv[1], scratch + "/data")
print("boto3", boto3.__version__, "is content")
