// The table, by AWS's SDK. It is loaded when it is needed, so that what is wrong with the command line is said without it.

/// Of one call's first line; an answer about signatures goes on with what was signed. Without `secrets`.
export function spellError(e, secrets = []) {
  let text = `${e.message ?? e}`.split("\n")[0].slice(0, 500);
  if (e.errors?.length > 0 && !e.message) text = `${e.errors[0].message}`; // node tried several addresses of one name
  for (const secret of secrets) text = text.replaceAll(secret, "(secret)");
  return e.name && e.name !== "Error" && e.name !== "AggregateError" ? `${e.name}: ${text}` : text;
}

async function loadSdk() {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true"; // of the node of Debian 12
  try {
    return await import("@aws-sdk/client-dynamodb");
  } catch (e) {
    if (e.code !== "ERR_MODULE_NOT_FOUND") throw e;
    throw new Error("The AWS SDK is not installed; run `npm ci` in the folder of sample-data.mjs");
  }
}

export class Table {
  #sdk; #client; #name; #secrets;

  /// Errors: no region or no credentials are known.
  static async open({ table, endpoint, region }, credentials) {
    const sdk = await loadSdk();
    const settings = {
      ...(endpoint && { endpoint }), ...(region && { region }), ...(credentials && { credentials }),
      maxAttempts: 8, requestHandler: { connectionTimeout: 3_000, socketTimeout: 10_000 },
    };
    let client = new sdk.DynamoDBClient(settings);
    let found;
    try {
      found = await client.config.region();
    } catch {
      if (!endpoint) throw new Error("No region is set; name one with --region or AWS_REGION");
      found = "local"; // signed for, and of no meaning to what is no AWS
      client = new sdk.DynamoDBClient({ ...settings, region: found });
    }
    const { secretAccessKey, sessionToken } = await client.config.credentials();
    return new Table(sdk, client, table, found, [secretAccessKey, sessionToken].filter(Boolean));
  }
  constructor(sdk, client, name, region, secrets) {
    this.#sdk = sdk;
    this.#client = client;
    this.#name = name;
    this.region = region;
    this.#secrets = secrets;
  }
  /// What tells this table from another one of its name. Waits until it is ready.
  async id(create, abortSignal) {
    const { CreateTableCommand, DescribeTableCommand, ResourceInUseException, ResourceNotFoundException, waitUntilTableExists } = this.#sdk;
    const TableName = this.#name;
    try {
      await this.#client.send(new DescribeTableCommand({ TableName }), { abortSignal });
    } catch (e) {
      if (!(e instanceof ResourceNotFoundException)) throw e;
      if (!create) throw new Error(`There is no table ${TableName} here; deploy it, or have it made with --create-table`);
      try {
        await this.#client.send(new CreateTableCommand({
          TableName, BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "Id", AttributeType: "N" }], KeySchema: [{ AttributeName: "Id", KeyType: "HASH" }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }), { abortSignal });
      } catch (e) {
        if (!(e instanceof ResourceInUseException)) throw e; // somebody else made it meanwhile
      }
    }
    await waitUntilTableExists({ client: this.#client, maxWaitTime: 120, minDelay: 1, maxDelay: 5, abortSignal }, { TableName });
    const { Table: found } = await this.#client.send(new DescribeTableCommand({ TableName }), { abortSignal });
    return `${found.TableId} ${found.CreationDateTime?.getTime()}`; // `dynamo serve` in memory gives each run's tables the same ids
  }
  /// Those that were not processed.
  async write(items, abortSignal) {
    const RequestItems = { [this.#name]: items.map((Item) => ({ PutRequest: { Item } })) };
    const { UnprocessedItems } = await this.#client.send(new this.#sdk.BatchWriteItemCommand({ RequestItems }), { abortSignal });
    return (UnprocessedItems?.[this.#name] ?? []).map((each) => each.PutRequest.Item);
  }
  spell(e) {
    return spellError(e, this.#secrets);
  }
}
