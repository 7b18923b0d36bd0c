// AWS SDK for JavaScript, version 3, with its document client.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";

const order = {
  customer: "CUSTOMER#0000000000",
  id: "ORDER#2024-05-17T12:34:56Z#0000007",
  name: "Grace Hopper 7",
  email: "grace.hopper.7@example.com",
  status: "DELIVERED",
  quantity: 8,
  amount: 26.99,
  created_at: 1715948103,
  active: false,
  tags: new Set(["europe", "gift-wrap", "priority"]),
};
const [url, calls] = [process.argv[2], Number(process.argv[3])];
const orders = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    region: "eu-west-1",
    endpoint: url,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a secret" },
  }),
);
const expect = (as_wanted) => {
  if (!as_wanted) throw new Error("another answer");
};
const operations = {
  async GetItem() {
    const found = await orders.send(new GetCommand({ TableName: "orders", Key: { customer: order.customer, id: order.id } }));
    expect(found.Item.quantity === 8);
  },
  async PutItem() {
    await orders.send(new PutCommand({ TableName: "orders", Item: order }));
  },
  async Query() {
    const page = await orders.send(
      new QueryCommand({
        TableName: "orders",
        KeyConditionExpression: "customer = :c",
        ExpressionAttributeValues: { ":c": order.customer },
      }),
    );
    expect(page.Items.length === 100);
  },
};

for (const inFlight of [1, 8, 32]) {
  for (const [name, call] of Object.entries(operations)) {
    const each = Math.floor((name === "Query" ? calls / 10 : calls) / inFlight);
    const one = async () => {
      for (let i = 0; i < each; ++i) await call();
    };
    let used;
    for (let round = 0; round < 2; ++round) {
      const before = process.cpuUsage();
      await Promise.all(Array.from({ length: inFlight }, one));
      used = process.cpuUsage(before);
    }
    console.log(`${name} ${inFlight} ${((used.user + used.system) / (each * inFlight)).toFixed(2)}`);
  }
}
process.exit(0); // the client keeps its connections
