"""boto3_engine_test.py <the program dynamo>: transactions, expiry, indexes that come and go, PartiQL, and streams from a time on, as a Python program uses them.

Ends with 77, and says why, where boto3 is not installed (Debian: python3-boto3).
"""
import sys
import tempfile
import time

from served import Server, expect
from with_boto3 import boto3, clients, expect_error, knows

ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def text(value):
    return {"S": value}


def number(value):
    return {"N": str(value)}


def create(db, name, **more):
    db.create_table(TableName=name, **ON_DEMAND, AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], **more)
    db.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def balance(db, who):
    return int(db.get_item(TableName="accounts", Key={"id": text(who)}, ConsistentRead=True)["Item"]["money"]["N"])


def transfer(amount, **more):
    def change(who, by):
        return {"Update": {"TableName": "accounts", "Key": {"id": text(who)}, "UpdateExpression": "ADD money :by",
                           "ConditionExpression": "money >= :least", "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                           "ExpressionAttributeValues": {":by": number(by), ":least": number(max(0, -by))}}}
    return {"TransactItems": [change("ann", -amount), change("bob", amount)], **more}


def transactions(db):
    create(db, "accounts")
    create(db, "receipts")
    told = db.transact_write_items(ReturnConsumedCapacity="TOTAL", TransactItems=[
        {"Put": {"TableName": "accounts", "Item": {"id": text(who), "money": number(100)}, "ConditionExpression": "attribute_not_exists(id)"}}
        for who in ("ann", "bob")])
    expect("capacity", [(c["TableName"], c["CapacityUnits"]) for c in told["ConsumedCapacity"]], [("accounts", 4)])

    db.transact_write_items(**transfer(30, ClientRequestToken="first"))
    db.transact_write_items(**transfer(30, ClientRequestToken="first"))
    expect("a token counts once", (balance(db, "ann"), balance(db, "bob")), (70, 130))
    expect_error("IdempotentParameterMismatchException", db.transact_write_items, **transfer(31, ClientRequestToken="first"))

    refused = expect_error("TransactionCanceledException", db.transact_write_items, **transfer(71))
    expect("reasons", [r["Code"] for r in refused["CancellationReasons"]], ["ConditionalCheckFailed", "None"])
    expect("the item", refused["CancellationReasons"][0]["Item"]["money"], number(70))
    expect("nothing happened", (balance(db, "ann"), balance(db, "bob")), (70, 130))

    check = {"ConditionCheck": {"TableName": "accounts", "Key": {"id": text("ann")}, "ConditionExpression": "money = :m",
                                "ExpressionAttributeValues": {":m": number(70)}}}
    receipt = {"Put": {"TableName": "receipts", "Item": {"id": text("1")}}}
    db.transact_write_items(TransactItems=[check, receipt, {"Delete": {"TableName": "receipts", "Key": {"id": text("none")}}}])
    expect_error("ValidationException", db.transact_write_items, TransactItems=[receipt, receipt])
    expect_error("ResourceNotFoundException", db.transact_write_items, TransactItems=[{"Put": {"TableName": "none", "Item": {"id": text("1")}}}])
    got = db.transact_get_items(ReturnConsumedCapacity="TOTAL", TransactItems=[
        {"Get": {"TableName": table, "Key": {"id": text(key)}}} for table, key in (("receipts", "1"), ("accounts", "ann"), ("accounts", "none"))])
    expect("read together", [r.get("Item", {}).get("id") for r in got["Responses"]], [text("1"), text("ann"), None])
    expect("capacity", {c["TableName"]: c["CapacityUnits"] for c in got["ConsumedCapacity"]}, {"receipts": 2, "accounts": 4})


def expiry(db, streams):
    create(db, "sessions", StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    expect("never set", db.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"], {"TimeToLiveStatus": "DISABLED"})
    wanted = {"Enabled": True, "AttributeName": "until"}
    expect("enabled", db.update_time_to_live(TableName="sessions", TimeToLiveSpecification=wanted)["TimeToLiveSpecification"], wanted)
    expect("state", db.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"]["TimeToLiveStatus"] in ("ENABLING", "ENABLED"), True)
    expect_error("ValidationException", db.update_time_to_live, TableName="sessions", TimeToLiveSpecification=wanted)
    now = int(time.time())
    for key, until in (("old", number(now - 10)), ("new", number(now + 1000)), ("ancient", number(now - 6 * 366 * 86400)), ("text", text("1"))):
        db.put_item(TableName="sessions", Item={"id": text(key), "until": until})
    while db.scan(TableName="sessions", ConsistentRead=True)["Count"] > 3:  # CTest's limit ends it
        time.sleep(0.05)
    expect("the others stay", sorted(i["id"]["S"] for i in db.scan(TableName="sessions")["Items"]), ["ancient", "new", "text"])
    arn = db.describe_table(TableName="sessions")["Table"]["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    records = streams.get_records(ShardIterator=at)["Records"]
    expect("events", sorted(r["eventName"] for r in records), ["INSERT"] * 4 + ["REMOVE"])
    removed = next(r for r in records if r["eventName"] == "REMOVE")
    expect("what", removed["dynamodb"]["OldImage"]["id"], text("old"))
    expect("who", removed["userIdentity"], {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"})
    expect("users", "userIdentity" in records[0], False)


def index_of(db, name):
    return next((i for i in db.describe_table(TableName="books")["Table"].get("GlobalSecondaryIndexes", []) if i["IndexName"] == name), None)


def indexes(db):
    create(db, "books")
    for first in range(0, 500, 25):
        db.batch_write_item(RequestItems={"books": [
            {"PutRequest": {"Item": {"id": text(str(i)), "author": text(f"a{i % 5}") if i % 50 else number(i), "pages": number(i)}}}
            for i in range(first, first + 25)]})
    by_author = {"IndexName": "by_author", "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}, {"AttributeName": "pages", "KeyType": "RANGE"}],
                 "Projection": {"ProjectionType": "KEYS_ONLY"}}
    definitions = [{"AttributeName": n, "AttributeType": t} for n, t in (("author", "S"), ("pages", "N"))]
    told = db.update_table(TableName="books", AttributeDefinitions=definitions, GlobalSecondaryIndexUpdates=[{"Create": by_author}])["TableDescription"]
    expect("table", told["TableStatus"], "UPDATING")
    expect("index", [i["IndexStatus"] for i in told["GlobalSecondaryIndexes"]], ["CREATING"])
    while index_of(db, "by_author")["IndexStatus"] != "ACTIVE":
        time.sleep(0.05)
    found = db.query(TableName="books", IndexName="by_author", KeyConditionExpression="author = :a", ExpressionAttributeValues={":a": text("a1")})
    expect("filled, in order", [int(i["pages"]["N"]) for i in found["Items"]], list(range(1, 500, 5)))
    expect("items whose key does not fit are left out", db.scan(TableName="books", IndexName="by_author")["Count"], 490)
    expect_error("ValidationException", db.put_item, TableName="books", Item={"id": text("x"), "author": number(1), "pages": number(1)})
    db.update_table(TableName="books", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_author"}}])
    while index_of(db, "by_author"):
        time.sleep(0.05)
    expect("definitions", db.describe_table(TableName="books")["Table"]["AttributeDefinitions"], [{"AttributeName": "id", "AttributeType": "S"}])
    db.put_item(TableName="books", Item={"id": text("x"), "author": number(1)})


def settings(db):
    create(db, "plain")
    told = db.update_table(TableName="plain", BillingMode="PROVISIONED",
                           ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6})["TableDescription"]
    expect("units", told["ProvisionedThroughput"]["WriteCapacityUnits"], 6)
    db.get_waiter("table_exists").wait(TableName="plain", WaiterConfig={"Delay": 1})
    db.update_table(TableName="plain", TableClass="STANDARD_INFREQUENT_ACCESS")
    db.get_waiter("table_exists").wait(TableName="plain", WaiterConfig={"Delay": 1})
    table = db.describe_table(TableName="plain")["Table"]
    expect("class", table["TableClassSummary"]["TableClass"], "STANDARD_INFREQUENT_ACCESS")
    if knows(db, "UpdateTable", "DeletionProtectionEnabled"):
        told = db.update_table(TableName="plain", DeletionProtectionEnabled=True)["TableDescription"]
        expect("protected", told["DeletionProtectionEnabled"], True)
        expect_error("ValidationException", db.delete_table, TableName="plain")
    db.put_item(TableName=table["TableArn"], Item={"id": text("by its ARN")})
    expect("an ARN names the table", db.scan(TableName="plain")["Count"], 1)


def from_a_time(db, streams):
    create(db, "events", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = db.describe_table(TableName="events")["Table"]["LatestStreamArn"]
    shard = {"StreamArn": arn, "ShardId": streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]}

    def changes(**where):
        at = streams.get_shard_iterator(**shard, **where)["ShardIterator"]
        return [(r["dynamodb"]["ApproximateCreationDateTime"], r["dynamodb"]["Keys"]["id"]["S"]) for r in streams.get_records(ShardIterator=at)["Records"]]

    # Older versions of botocore do not know the parameter.
    if not knows(streams, "GetShardIterator", "Timestamp"):
        return print("this botocore does not know GetShardIterator from a time on")
    written = 0
    while written == 0 or changes(ShardIteratorType="TRIM_HORIZON")[-1][0] == changes(ShardIteratorType="TRIM_HORIZON")[0][0]:
        db.put_item(TableName="events", Item={"id": text(str(written))})  # until there are changes of two seconds
        written += 1
        time.sleep(0.05)
    found = changes(ShardIteratorType="TRIM_HORIZON")
    last = found[-1][0]
    expect("from a time on", changes(ShardIteratorType="AT_TIMESTAMP", Timestamp=last), [c for c in found if c[0] >= last])


def statements(db):
    create(db, "people")
    run = db.execute_statement
    expect("insert", run(Statement="INSERT INTO people VALUE {'id': ?, 'n': 1}", Parameters=[text("ann")])["Items"], [])
    expect_error("DuplicateItemException", run, Statement="INSERT INTO people VALUE {'id': 'ann'}")
    told = run(Statement="UPDATE people SET n = n + ? WHERE id = 'ann' RETURNING ALL NEW *", Parameters=[number(2)], ReturnConsumedCapacity="TOTAL")
    expect("update", told["Items"], [{"id": text("ann"), "n": number(3)}])
    expect("capacity", told["ConsumedCapacity"], {"TableName": "people", "CapacityUnits": 1})
    expect_error("ConditionalCheckFailedException", run, Statement="UPDATE people SET n = 9 WHERE id = 'nobody'")
    told = db.batch_execute_statement(Statements=[{"Statement": "INSERT INTO people VALUE {'id': ?, 'n': ?}", "Parameters": [text(f"p{i}"), number(i)]}
                                                  for i in range(24)] + [{"Statement": "INSERT INTO people VALUE {'id': 'ann'}"}])
    expect("a batch", [r.get("Error", {}).get("Code") for r in told["Responses"]], [None] * 24 + ["DuplicateItem"])
    expect("items", run(Statement="SELECT n FROM people WHERE id = 'p7'", ConsistentRead=True)["Items"], [{"n": number(7)}])
    found = run(Statement="SELECT * FROM people WHERE id IN ['p3', 'p1', 'none']")
    expect("keys in order", [i["id"]["S"] for i in found["Items"]], ["p3", "p1"])
    expect("one item", found["ResponseMetadata"]["HTTPHeaders"]["x-dynamo-statement-access"], "partitions")
    seen, more = [], {}
    while True:
        page = run(Statement="SELECT id FROM people WHERE n >= 5", **more, **({"Limit": 7} if knows(db, "ExecuteStatement", "Limit") else {}))
        expect("it is a scan", page["ResponseMetadata"]["HTTPHeaders"]["x-dynamo-statement-access"], "full-scan")
        seen += [i["id"]["S"] for i in page["Items"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    expect("all pages", sorted(seen), sorted(f"p{i}" for i in range(5, 24)))

    db.execute_transaction(ClientRequestToken="once", TransactStatements=[
        {"Statement": "UPDATE people SET n = n + 1 WHERE id = 'ann'"}, {"Statement": "DELETE FROM people WHERE id = 'p0'"},
        {"Statement": "EXISTS(SELECT * FROM people WHERE id = 'p1' AND n = 1)"}])
    got = db.execute_transaction(TransactStatements=[{"Statement": "SELECT * FROM people WHERE id = ?", "Parameters": [text(i)]} for i in ("ann", "p0")])
    expect("read together", [r.get("Item") for r in got["Responses"]], [{"id": text("ann"), "n": number(4)}, None])
    refused = expect_error("TransactionCanceledException", db.execute_transaction, TransactStatements=[
        {"Statement": "DELETE FROM people WHERE id = 'p2'"}, {"Statement": "INSERT INTO people VALUE {'id': 'ann'}"}])
    expect("reasons", [r["Code"] for r in refused["CancellationReasons"]], ["None", "DuplicateItem"])
    run(Statement="DELETE FROM people WHERE id = 'ann'")
    expect("deleted", run(Statement="SELECT * FROM people WHERE id = 'ann'")["Items"], [])


def vectors(db):
    if not knows(db, "SearchVectors"):
        return print("this botocore does not know vector indexes")
    near = {"IndexName": "near", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 3, "DistanceFunction": "EUCLIDEAN",
            "SearchSchema": [{"AttributeName": "kind", "SearchSchemaElementType": "INLINE_FILTER"}], "Projection": {"ProjectionType": "ALL"}}
    db.create_table(TableName="docs", **ON_DEMAND, VectorIndexes=[near], KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("id", "kind")])
    db.get_waiter("table_exists").wait(TableName="docs", WaiterConfig={"Delay": 1})
    for i in range(20):
        db.put_item(TableName="docs", Item={"id": text(str(i)), "kind": text("ab"[i % 2]), "v": {"L": [number(i), number(0), number(0)]}})
    asked = {"TableName": "docs", "IndexName": "near", "SearchVector": [number(7.25), number(0), number(0)], "TopK": 3}
    found = db.search_vectors(**asked, ReturnConsumedCapacity="TOTAL")
    expect("nearest", [(r["Item"]["id"]["S"], r["Score"]) for r in found["SearchResults"]], [("7", 0.25), ("8", 0.75), ("6", 1.25)])
    expect("no vector", [sorted(r["Item"]) for r in found["SearchResults"]], [["id", "kind"]] * 3)
    expect("capacity", list(found["ConsumedCapacity"]), ["VectorSearchRequestBytes"])
    found = db.search_vectors(**asked, SearchConditionExpression="kind = :k", ExpressionAttributeValues={":k": text("a")})
    expect("filtered", [r["Item"]["id"]["S"] for r in found["SearchResults"]], ["8", "6", "10"])
    expect_error("ValidationException", db.search_vectors, **{**asked, "TopK": 101})
    expect_error("ValidationException", db.put_item, TableName="docs", Item={"id": text("x"), "v": {"L": [number(1)]}})


with tempfile.TemporaryDirectory() as scratch, Server(sys.argv[1], scratch + "/data") as server:
    db, streams = clients(server)
    transactions(db)
    expiry(db, streams)
    indexes(db)
    statements(db)
    settings(db)
    from_a_time(db, streams)
    vectors(db)
print("boto3", boto3.__version__, "is content")
