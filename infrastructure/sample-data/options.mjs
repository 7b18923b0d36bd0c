// What a command line asks for. Pure.
export const defaults = {
  count: 100_000, table: "SampleStreamTable", rate: 1_000, concurrency: 4, state: "sample-data.state.json", restart: false,
  message: "", createTable: false, endpoint: "", region: "",
};

export const help = `node sample-data.mjs [FLAG...]

Puts items {Id: 1, 2, ..., Message, EntityType} into a table of DynamoDB, or of whatever speaks its protocol.

  --count N         items [100000]
  --table NAME      [SampleStreamTable]
  --rate N          items a second, on average; 0 is as fast as it goes [1000]
  --concurrency N   batches of 25 items at one time, at most 64 [4]
  --message TEXT    every item's Message; without it, each says its number
  --state FILE      how far it has come, to go on there [sample-data.state.json]
  --restart         begins with the first item, whatever the state says
  --create-table    makes the table, with a stream of new images, if there is none
  --endpoint URL    instead of AWS: http://127.0.0.1:8000 is \`dynamo serve\`
  --region NAME     instead of AWS_REGION and the profile's
  --help            this text

Credentials: DYNAMODB_ACCESS_KEY_ID and DYNAMODB_SECRET_ACCESS_KEY (and DYNAMODB_SESSION_TOKEN), else the AWS SDK's usual chain.
It may be ended at any moment and goes on where it was: no item is left out, and at most 100 times --concurrency are put again,
as they were. Ctrl-C saves the state, and a second Ctrl-C ends it at once.
Exit status: 0 when all items are put, 1 after an error, 2 for a wrong command line, 130 and 143 after SIGINT and SIGTERM.
`;

class WrongFlag extends Error {}

function integer(flag, text, least, most) {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most)) {
    throw new WrongFlag(`${flag} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
  }
  return number;
}

function text(flag, value, pattern, what) {
  if (!pattern.test(value)) throw new WrongFlag(`${flag} is ${what}, not ${JSON.stringify(value)}`);
  return value;
}

function url(flag, value) {
  let parsed;
  try {
    parsed = new URL(value);
  } catch {
    throw new WrongFlag(`${flag} is a URL such as http://127.0.0.1:8000`);
  }
  if (parsed.username || parsed.password) throw new WrongFlag(`${flag} has no user name and no password in it`);
  if (!["http:", "https:"].includes(parsed.protocol)) throw new WrongFlag(`${flag} begins with http:// or https://`);
  return value;
}

const withValue = {
  "--count": (f, v) => ({ count: integer(f, v, 1, 1_000_000_000) }),
  "--table": (f, v) => ({ table: text(f, v, /^[a-zA-Z0-9_.-]{3,255}$/, "a table's name, 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'") }),
  "--rate": (f, v) => ({ rate: integer(f, v, 0, 1_000_000) }),
  "--concurrency": (f, v) => ({ concurrency: integer(f, v, 1, 64) }),
  "--message": (f, v) => ({ message: text(f, v, /^[^]{1,1000}$/, "a text of 1 to 1000 characters") }),
  "--state": (f, v) => ({ state: text(f, v, /^[^\0]+$/, "a file's path") }),
  "--endpoint": (f, v) => ({ endpoint: url(f, v) }),
  "--region": (f, v) => ({ region: text(f, v, /^[a-z0-9-]{1,64}$/, "small letters, digits and hyphens, such as eu-west-1") }),
};
const withoutValue = { "--restart": { restart: true }, "--create-table": { createTable: true }, "--help": { help: true } };

/// {what: "run", options}, {what: "print", text} or {what: "refuse", text}
export function readOptions(words) {
  const options = { ...defaults };
  const seen = new Set();
  try {
    for (let i = 0; i < words.length; ++i) {
      const [flag, ...rest] = words[i].split("=");
      const known = Object.hasOwn(withValue, flag) || Object.hasOwn(withoutValue, flag);
      // Not repeated: what is no flag may be a secret that was pasted into the wrong place.
      if (!known) throw new WrongFlag(flag.startsWith("--") ? `Unknown flag ${flag}` : `Unexpected argument ${i + 1}; every flag begins with --`);
      if (seen.has(flag)) throw new WrongFlag(`${flag} is there twice`);
      seen.add(flag);
      if (Object.hasOwn(withoutValue, flag)) {
        if (rest.length > 0) throw new WrongFlag(`${flag} takes no value`);
        Object.assign(options, withoutValue[flag]);
        continue;
      }
      const value = rest.length > 0 ? rest.join("=") : words[++i];
      if (value === undefined) throw new WrongFlag(`${flag} needs a value`);
      Object.assign(options, withValue[flag](flag, value));
    }
  } catch (e) {
    if (!(e instanceof WrongFlag)) throw e;
    return { what: "refuse", text: `sample-data: ${e.message}\n\`node sample-data.mjs --help\` lists all flags\n` };
  }
  return options.help ? { what: "print", text: help } : { what: "run", options };
}

/// {accessKeyId, secretAccessKey, sessionToken?} of the variables, or undefined where there are none; an Error that says which one is missing.
export function credentialsOf(environment) {
  const accessKeyId = environment.DYNAMODB_ACCESS_KEY_ID;
  const secretAccessKey = environment.DYNAMODB_SECRET_ACCESS_KEY;
  const sessionToken = environment.DYNAMODB_SESSION_TOKEN;
  if (!accessKeyId && !secretAccessKey && !sessionToken) return undefined;
  if (!accessKeyId) throw new Error("DYNAMODB_ACCESS_KEY_ID is not set, but others of its kind are");
  if (!secretAccessKey) throw new Error("DYNAMODB_SECRET_ACCESS_KEY is not set, but others of its kind are");
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey };
}

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/// The command that goes on where this one was ended.
export const commandToGoOn = (program, words) =>
  ["node", program, ...words.filter((w) => w !== "--restart")].map(quoted).join(" ");
