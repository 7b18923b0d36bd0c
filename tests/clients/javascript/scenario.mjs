// scenario.mjs <the program dynamo>: what a program on the JavaScript SDK (v3) does with DynamoDB, on a server of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import {
  BatchGetItemCommand, BatchWriteItemCommand, ConditionalCheckFailedException, CreateTableCommand, DeleteTableCommand,
  DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, IdempotentParameterMismatchException, ListTablesCommand, ListTagsOfResourceCommand,
  ResourceNotFoundException, TagResourceCommand, TransactionCanceledException, UpdateTableCommand, UpdateTimeToLiveCommand, paginateQuery, paginateScan,
  waitUntilTableExists, waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import {
  DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, ScanCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

const TableName = "sensors";

async function create(db) {
  const key = (AttributeName, KeyType) => ({ AttributeName, KeyType });
  await db.send(new CreateTableCommand({
    TableName, BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [["room", "S"], ["at", "N"], ["kind", "S"]].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: [key("room", "HASH"), key("at", "RANGE")],
    GlobalSecondaryIndexes: [{
      IndexName: "by_kind", KeySchema: [key("kind", "HASH"), key("at", "RANGE")], Projection: { ProjectionType: "ALL" },
    }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  }));
  await waitUntilTableExists({ client: db, maxWaitTime: 20, minDelay: 1 }, { TableName });
}

async function oneItem(documents) {
  const Key = { room: "hall", at: 1 };
  const Item = { ...Key, tags: new Set(["a", "b"]), raw: new Uint8Array([0, 255]), nested: { list: [1, null, true, "\u{1f3ac}"] } };
  await documents.send(new PutCommand({ TableName, Item }));
  const got = (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  assert.deepEqual(got, Item);
  const told = await documents.send(new UpdateCommand({
    TableName, Key, UpdateExpression: "SET nested.#l[0] = :two ADD seen :one", ReturnValues: "ALL_NEW",
    ExpressionAttributeNames: { "#l": "list" }, ExpressionAttributeValues: { ":two": 2, ":one": 1 },
  }));
  assert.deepEqual([told.Attributes.nested.list[0], told.Attributes.seen], [2, 1]);
  await assert.rejects(
    documents.send(new PutCommand({
      TableName, Item: Key, ConditionExpression: "attribute_not_exists(room)", ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    })),
    (e) => e instanceof ConditionalCheckFailedException && e.$metadata.httpStatusCode === 400
      && e.$metadata.requestId.length === 52 && e.Item.seen.N === "1" && e.message === "The conditional request failed");
  await assert.rejects(
    documents.send(new UpdateCommand({ TableName, Key, UpdateExpression: "SET" })),
    (e) => e.name === "ValidationException" && e.message.includes("Invalid UpdateExpression"));
  const old = await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
  assert.equal(old.Attributes.seen, 1);
  assert.equal((await documents.send(new GetCommand({ TableName, Key }))).Item, undefined);
}

async function manyItems(db, documents) {
  for (let from = 0; from < 100; from += 25) {
    const puts = Array.from({ length: 25 }, (_, i) => ({
      PutRequest: { Item: { room: { S: "lab" }, at: { N: `${from + i}` }, kind: { S: (from + i) % 2 ? "odd" : "even" } } },
    }));
    const left = await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
    assert.deepEqual(left.UnprocessedItems, {});
  }
  const keys = Array.from({ length: 100 }, (_, i) => ({ room: { S: "lab" }, at: { N: `${i}` } }));
  const got = await db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys } } }));
  assert.equal(got.Responses[TableName].length, 100);

  const found = [];
  let pages = 0;
  const lab = { TableName, KeyConditionExpression: "room = :r", ExpressionAttributeValues: { ":r": { S: "lab" } } };
  for await (const page of paginateQuery({ client: db, pageSize: 30 }, lab)) {
    ++pages;
    found.push(...page.Items.map((i) => Number(i.at.N)));
  }
  assert.deepEqual([pages, found], [4, Array.from({ length: 100 }, (_, i) => i)]);
  let scanned = 0;
  for await (const page of paginateScan({ client: db, pageSize: 30 }, { TableName })) scanned += page.Count;
  assert.equal(scanned, 100);
  const odd = await documents.send(new QueryCommand({
    TableName, IndexName: "by_kind", KeyConditionExpression: "kind = :k AND #at > :t", ScanIndexForward: false, Limit: 3,
    ExpressionAttributeNames: { "#at": "at" }, ExpressionAttributeValues: { ":k": "odd", ":t": 90 },
  }));
  assert.deepEqual(odd.Items.map((i) => i.at), [99, 97, 95]);
}

async function changes(db, streams) {
  const StreamArn = (await db.send(new DescribeTableCommand({ TableName }))).Table.LatestStreamArn;
  assert.deepEqual((await streams.send(new ListStreamsCommand({ TableName }))).Streams.map((s) => s.StreamArn), [StreamArn]);
  const { Shards } = (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription;
  let { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId: Shards[0].ShardId, ShardIteratorType: "TRIM_HORIZON" }));
  const records = [];
  for (;;) {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 40 }));
    if (page.Records.length === 0) break;
    records.push(...page.Records);
    ShardIterator = page.NextShardIterator;
  }
  assert.deepEqual(records.map((r) => r.eventName), ["INSERT", "MODIFY", "REMOVE", ...Array(100).fill("INSERT")]);
  assert.deepEqual(records[1].dynamodb.NewImage.seen, { N: "1" });
  assert.ok(records[0].dynamodb.ApproximateCreationDateTime instanceof Date);
  assert.deepEqual(records.slice(3).map((r) => Number(r.dynamodb.Keys.at.N)), Array.from({ length: 100 }, (_, i) => i));
}

async function transactions(documents) {
  const put = (at, more) => ({ Put: { TableName, Item: { room: "till", at, ...more }, ConditionExpression: "attribute_not_exists(room)" } });
  const two = { ClientRequestToken: "two", TransactItems: [put(1, { kind: "coin" }), put(2, { kind: "coin" })] };
  await documents.send(new TransactWriteCommand(two));
  await documents.send(new TransactWriteCommand(two)); // a token counts once
  await assert.rejects(
    documents.send(new TransactWriteCommand({ ...two, TransactItems: [put(3)] })),
    (e) => e instanceof IdempotentParameterMismatchException);
  await assert.rejects(
    documents.send(new TransactWriteCommand({ TransactItems: [put(3), put(1)] })),
    (e) => e instanceof TransactionCanceledException && e.CancellationReasons.map((r) => r.Code).join() === "None,ConditionalCheckFailed"
      && e.message === "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]");
  const get = (at) => ({ Get: { TableName, Key: { room: "till", at } } });
  const got = await documents.send(new TransactGetCommand({ TransactItems: [get(1), get(2), get(3)] }));
  assert.deepEqual(got.Responses.map((r) => r.Item?.kind), ["coin", "coin", undefined]);
}

async function until(what) {
  while (!(await what())) await new Promise((done) => setTimeout(done, 50)); // CTest's limit ends it
}

async function upkeep(db, documents) {
  await db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "until" } }));
  await until(async () => {
    const { TimeToLiveDescription } = await db.send(new DescribeTimeToLiveCommand({ TableName }));
    return TimeToLiveDescription.TimeToLiveStatus === "ENABLED";
  });
  await documents.send(new PutCommand({ TableName, Item: { room: "attic", at: 1, until: Math.floor(Date.now() / 1000) - 1 } }));
  await until(async () => !(await documents.send(new GetCommand({ TableName, Key: { room: "attic", at: 1 } }))).Item);

  const described = async () => (await db.send(new DescribeTableCommand({ TableName }))).Table;
  const { TableArn: ResourceArn } = await described();
  await db.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: "team", Value: "red" }] }));
  assert.deepEqual((await db.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags, [{ Key: "team", Value: "red" }]);

  await db.send(new UpdateTableCommand({
    TableName, AttributeDefinitions: [{ AttributeName: "kind", AttributeType: "S" }],
    GlobalSecondaryIndexUpdates: [{ Create: {
      IndexName: "kinds", KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }], Projection: { ProjectionType: "KEYS_ONLY" } } }],
  }));
  await until(async () => (await described()).GlobalSecondaryIndexes.find((i) => i.IndexName === "kinds").IndexStatus === "ACTIVE");
  assert.equal((await documents.send(new ScanCommand({ TableName, IndexName: "kinds" }))).Count, 102);
  await db.send(new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "kinds" } }] }));
  await until(async () => (await described()).GlobalSecondaryIndexes.length === 1);
}

const server = spawn(process.argv[2], ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((done) => server.on("exit", done));
try {
  const [ready] = await new Promise((done) => createInterface(server.stdout).once("line", (line) => done([line])));
  const where = {
    endpoint: ready.match(/http:\/\/[^,]+/)[0], region: "eu-west-1", maxAttempts: 1,
    credentials: { accessKeyId: "any", secretAccessKey: "thing" },
  };
  const db = new DynamoDBClient(where);
  const documents = DynamoDBDocumentClient.from(db);
  await create(db);
  await oneItem(documents);
  await manyItems(db, documents);
  await changes(db, new DynamoDBStreamsClient(where));
  await transactions(documents);
  await upkeep(db, documents);
  await db.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client: db, maxWaitTime: 20, minDelay: 1 }, { TableName });
  await assert.rejects(db.send(new DescribeTableCommand({ TableName })), ResourceNotFoundException);
  assert.deepEqual((await db.send(new ListTablesCommand({}))).TableNames, []);
  server.kill("SIGTERM");
  assert.equal(await ended, 0);
} finally {
  server.kill("SIGKILL");
}
console.log("the JavaScript SDK on node", process.version, "is content");
