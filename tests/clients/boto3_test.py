"""boto3_test.py <the program dynamo>: what a Python program does with DynamoDB, on a server of its own.

Ends with 77, and says why, where boto3 is not installed (Debian: python3-boto3).
"""
import re
import subprocess
import sys

try:
    import boto3
    from boto3.dynamodb.conditions import Attr, Key
    from botocore.config import Config
    from botocore.exceptions import ClientError
except ImportError as missing:
    print(f"skipped: {missing}; apt-get install python3-boto3")
    sys.exit(77)


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found!r}, expected {wanted!r}")


def expect_error(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as e:
        expect("error", e.response["Error"]["Code"], code)
        return e.response
    sys.exit(f"no {code}")


def create(db):
    db.create_table(
        TableName="movies",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("title", "S"), ("year", "N"), ("genre", "S"))],
        KeySchema=[{"AttributeName": "year", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "by_genre",
            "KeySchema": [{"AttributeName": "genre", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"}}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    db.get_waiter("table_exists").wait(TableName="movies", WaiterConfig={"Delay": 1})
    expect_error("ResourceInUseException", db.create_table, TableName="movies", BillingMode="PAY_PER_REQUEST",
                 AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}], KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])


def one_item(movies):
    movies.put_item(Item={"year": 1999, "title": "The Matrix", "cast": {"Neo", "Trinity"}, "raw": b"\x00\xff", "notes": [1, None, True]})
    found = movies.get_item(Key={"year": 1999, "title": "The Matrix"}, ConsistentRead=True)["Item"]
    expect("cast", found["cast"], {"Neo", "Trinity"})
    expect("raw", bytes(found["raw"]), b"\x00\xff")
    expect("notes", found["notes"], [1, None, True])
    changed = movies.update_item(Key={"year": 1999, "title": "The Matrix"}, UpdateExpression="ADD seen :n",
                                 ExpressionAttributeValues={":n": 2}, ReturnValues="UPDATED_NEW")
    expect("updated", changed["Attributes"], {"seen": 2})
    failed = expect_error("ConditionalCheckFailedException", movies.put_item, Item={"year": 1999, "title": "The Matrix"},
                          ConditionExpression=Attr("title").not_exists())
    expect("status", failed["ResponseMetadata"]["HTTPStatusCode"], 400)
    expect("request id", len(failed["ResponseMetadata"]["RequestId"]), 52)
    movies.delete_item(Key={"year": 1999, "title": "The Matrix"})
    expect("deleted", "Item" in movies.get_item(Key={"year": 1999, "title": "The Matrix"}), False)


def many_items(db, movies):
    with movies.batch_writer() as batch:
        for i in range(250):
            batch.put_item(Item={"year": 2000, "title": f"{i:03}", "genre": "even" if i % 2 == 0 else "odd", "text": "x" * 100})
    titles = [f"{i:03}" for i in range(250)]
    pages = list(db.get_paginator("query").paginate(
        TableName="movies", KeyConditionExpression="#y = :y", ExpressionAttributeNames={"#y": "year"},
        ExpressionAttributeValues={":y": {"N": "2000"}}, PaginationConfig={"PageSize": 40}))
    expect("pages", len(pages), 7)
    expect("titles", [i["title"]["S"] for page in pages for i in page["Items"]], titles)
    even = movies.query(IndexName="by_genre", KeyConditionExpression=Key("genre").eq("even"))["Items"]
    expect("index", [i["title"] for i in even], titles[::2])
    keys = [{"year": {"N": "2000"}, "title": {"S": t}} for t in titles[:99]] + [{"year": {"N": "1"}, "title": {"S": "none"}}]
    got = db.batch_get_item(RequestItems={"movies": {"Keys": keys}})
    expect("batch get", sorted(i["title"]["S"] for i in got["Responses"]["movies"]), titles[:99])
    scanned = sum(page["Count"] for page in db.get_paginator("scan").paginate(TableName="movies"))
    expect("scanned", scanned, 250)


def changes(db, streams):
    arn = db.describe_table(TableName="movies")["Table"]["LatestStreamArn"]
    expect("streams", [s["StreamArn"] for s in streams.list_streams(TableName="movies")["Streams"]], [arn])
    events = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator:
            page = streams.get_records(ShardIterator=iterator, Limit=100)
            if not page["Records"]:
                break
            events += [r["eventName"] for r in page["Records"]]
            iterator = page.get("NextShardIterator")
    expect("events", (events[:3], len(events)), (["INSERT", "MODIFY", "REMOVE"], 253))


def main():
    server = subprocess.Popen([sys.argv[1], "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        ready = server.stdout.readline()
        url = re.search(r"http://[^,]+", ready).group()
        where = {"endpoint_url": url, "region_name": "eu-west-1", "aws_access_key_id": "any", "aws_secret_access_key": "thing",
                 "config": Config(retries={"total_max_attempts": 1})}
        db = boto3.client("dynamodb", **where)
        movies = boto3.resource("dynamodb", **where).Table("movies")
        create(db)
        one_item(movies)
        many_items(db, movies)
        changes(db, boto3.client("dynamodbstreams", **where))
        db.delete_table(TableName="movies")
        db.get_waiter("table_not_exists").wait(TableName="movies", WaiterConfig={"Delay": 1})
        expect("tables", db.list_tables()["TableNames"], [])
        server.terminate()
        expect("exit status", server.wait(), 0)
    finally:
        server.kill()
    print("boto3", boto3.__version__, "is content")


main()
