// The parts of infrastructure/sample-data without AWS's SDK; node --test runs it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { Cursor, Pace, backoff, backoffMs, batchSize, itemOf, putAll, putBatch } from "../../../infrastructure/sample-data/batches.mjs";
import { commandToGoOn, credentialsOf, defaults, readOptions } from "../../../infrastructure/sample-data/options.mjs";
import { Progress, progressLine, spell } from "../../../infrastructure/sample-data/progress.mjs";
import { StateSaver, loadState, placeToBegin, saveState } from "../../../infrastructure/sample-data/state.mjs";
import { spellError } from "../../../infrastructure/sample-data/table.mjs";

const never = () => new AbortController().signal;

/// Numbers in [0, 1) that a seed reproduces.
function randomOf(seed) {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("options: every flag is read, in both forms", () => {
  const words = ["--count", "5", "--table=t.b", "--rate", "0", "--concurrency", "64", "--message", "a=b", "--state", "s f", "--restart",
    "--create-table", "--endpoint", "http://[::1]:8000", "--region", "eu-west-1"];
  assert.deepEqual(readOptions(words), { what: "run", options: {
    count: 5, table: "t.b", rate: 0, concurrency: 64, message: "a=b", state: "s f", restart: true, createTable: true,
    endpoint: "http://[::1]:8000", region: "eu-west-1",
  } });
  assert.equal(readOptions(["--message=a=b"]).options.message, "a=b");
  assert.deepEqual(readOptions([]).options, defaults);
});

test("options: help names every flag and its default", () => {
  const { what, text } = readOptions(["--count", "1", "--help"]);
  assert.equal(what, "print");
  for (const flag of ["count", "table", "rate", "concurrency", "message", "state", "restart", "create-table", "endpoint", "region", "help"]) {
    assert.match(text, new RegExp(`^  --${flag}\\b`, "m"));
  }
  for (const each of ["count", "table", "rate", "concurrency", "state"]) assert.ok(text.includes(`[${defaults[each]}]`), each);
});

test("options: what is wrong is refused and says why", () => {
  const rows = [
    [["--cuont", "1"], "Unknown flag --cuont"],
    [["hush"], "Unexpected argument 1; every flag begins with --"],
    [["--count", "1", "-c"], "Unexpected argument 3"],
    [["--count"], "--count needs a value"],
    [["--count", "1", "--count", "2"], "--count is there twice"],
    [["--restart=yes"], "--restart takes no value"],
    [["--count", ""], '--count is a whole number from 1 to 1000000000, not ""'],
    [["--count", "0"], "--count is a whole number"],
    [["--count", "1000000001"], "--count is a whole number"],
    [["--count", "1e3"], "--count is a whole number"],
    [["--count", "-1"], "--count is a whole number"],
    [["--count", "99999999999999999999"], "--count is a whole number"],
    [["--rate", "1.5"], "--rate is a whole number from 0 to 1000000"],
    [["--concurrency", "65"], "--concurrency is a whole number from 1 to 64"],
    [["--table", "a b"], "--table is a table's name"],
    [["--table", "ab"], "--table is a table's name"],
    [["--state", ""], "--state is a file's path"],
    [["--message", ""], "--message is a text"],
    [["--endpoint", "localhost:8000"], "--endpoint begins with http"],
    [["--endpoint", "nothing"], "--endpoint is a URL such as http://127.0.0.1:8000"],
    [["--endpoint", "http://me:hush@host"], "--endpoint has no user name and no password in it"],
    [["--region", "EU"], "--region is small letters"],
    [["--constructor", "1"], "Unknown flag --constructor"],
  ];
  for (const [words, says] of rows) {
    const { what, text } = readOptions(words);
    assert.equal(what, "refuse", says);
    assert.ok(text.startsWith(`sample-data: ${says}`), `${text} does not begin with ${says}`);
    assert.ok(!text.includes("hush"), text);
  }
});

test("credentials: both keys, with or without a token, or none", () => {
  const [id, secret, token] = ["DYNAMODB_ACCESS_KEY_ID", "DYNAMODB_SECRET_ACCESS_KEY", "DYNAMODB_SESSION_TOKEN"];
  assert.equal(credentialsOf({ AWS_ACCESS_KEY_ID: "a" }), undefined);
  assert.equal(credentialsOf({ [id]: "", [secret]: "" }), undefined);
  assert.deepEqual(credentialsOf({ [id]: "a", [secret]: "hush" }), { accessKeyId: "a", secretAccessKey: "hush" });
  assert.deepEqual(credentialsOf({ [id]: "a", [secret]: "hush", [token]: "t" }), { accessKeyId: "a", secretAccessKey: "hush", sessionToken: "t" });
  for (const [variables, missing] of [[{ [id]: "a" }, secret], [{ [secret]: "hush" }, id], [{ [token]: "hush" }, id], [{ [id]: "a", [token]: "hush" }, secret]]) {
    assert.throws(() => credentialsOf(variables), (e) => e.message.startsWith(`${missing} is not set`) && !e.message.includes("hush"));
  }
});

test("the program says what is wrong with its command line, also without the SDK", () => {
  const program = fileURLToPath(new URL("../../../infrastructure/sample-data/sample-data.mjs", import.meta.url));
  const ended = (words, variables) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { env: { PATH: process.env.PATH, ...variables }, encoding: "utf8" });
    return [status, stdout, stderr.split("\n")[0]];
  };
  assert.deepEqual(ended(["--help"]), [0, readOptions(["--help"]).text, ""]);
  assert.deepEqual(ended(["--count", "0"]), [2, "", 'sample-data: --count is a whole number from 1 to 1000000000, not "0"']);
  assert.deepEqual(ended([], { DYNAMODB_ACCESS_KEY_ID: "a" }), [2, "", "sample-data: DYNAMODB_SECRET_ACCESS_KEY is not set, but others of its kind are"]);
});

test("errors: the first line, without secrets", () => {
  const bad = Object.assign(new Error("The signature hush does not match\nthe canonical string: hush"), { name: "InvalidSignatureException" });
  assert.equal(spellError(bad, ["hush"]), "InvalidSignatureException: The signature (secret) does not match");
  assert.equal(spellError(new AggregateError([new Error("connect ECONNREFUSED 127.0.0.1:1")])), "connect ECONNREFUSED 127.0.0.1:1");
});

test("the command to go on is one for a shell", () => {
  assert.equal(commandToGoOn("sample-data.mjs", ["--message", "it's 1", "--restart", "--count=5"]),
    "node sample-data.mjs --message 'it'\\''s 1' --count=5");
});

test("progress: what a user reads", () => {
  assert.deepEqual([0, 59.2, 60, 3599, 3600, 90_061].map(spell), ["0 s", "1 min 0 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "25 h 1 min"]);
  assert.equal(progressLine({ done: 12_300, count: 100_000, begun: 300, seconds: 12 }), "12,300 of 100,000 items (12 %), 1,000/s, 1 min 28 s left");
  assert.equal(progressLine({ done: 300, count: 1000, begun: 300, seconds: 0 }), "300 of 1,000 items (30 %), 0/s, time left unknown");
  for (const isTTY of [true, false]) {
    const written = [];
    new Progress({ isTTY, write: (text) => written.push(text) }, () => "now").end();
    assert.deepEqual(written, [isTTY ? "\rnow\x1b[K\n" : "now\n"]);
  }
});

test("pace: no more than the rate, and nothing is saved up", () => {
  let now = 0;
  const pace = new Pace(100, () => now);
  assert.deepEqual([pace.reserve(25), pace.reserve(25), pace.reserve(10)], [0, 250, 500]);
  now = 10_000;
  assert.deepEqual([pace.reserve(25), pace.reserve(25)], [0, 250]);
  assert.deepEqual([0, 1, 7, 8, 99, 100, 1000].map(batchSize), [25, 1, 1, 2, 24, 25, 25]);
  assert.equal(new Pace(0, () => now).reserve(25), 0);
});

test("backoff: full jitter under a limit that doubles", () => {
  assert.deepEqual([0, 1, 2, 6, 7, 1000].map((n) => backoffMs(n, 1)), [50, 100, 200, 3200, 5000, 5000]);
  assert.equal(backoffMs(5, 0), 0);
});

test("unprocessed items are written again, until the table takes none for long", async () => {
  const waits = [];
  const ports = { sleep: async (ms) => waits.push(ms), random: () => 1, stopped: () => false };
  const asked = [];
  const items = [1, 2, 3, 4].map((n) => itemOf(n, ""));
  let calls = 0;
  const write = async (some) => {
    asked.push(some.map((each) => Number(each.Id.N)));
    return [some, some.slice(2), some, []][calls++];
  };
  assert.equal(await putBatch(items, { ...ports, write }), true);
  assert.deepEqual(asked, [[1, 2, 3, 4], [1, 2, 3, 4], [3, 4], [3, 4]]);
  assert.deepEqual(waits, [50, 50, 100]); // begins anew when some were taken
  waits.length = 0;
  await assert.rejects(putBatch(items, { ...ports, write: async (some) => some }), /took none of 4 items in 21 attempts/);
  assert.equal(waits.length, backoff.attempts);
  assert.equal(await putBatch(items, { ...ports, write: async (some) => some, stopped: () => true }), false);
});

test("cursor: up to where all are done", () => {
  const cursor = new Cursor(10, 35);
  const [a, b, c] = [cursor.take(10), cursor.take(10), cursor.take(10)];
  assert.deepEqual([a, b, c, cursor.take(10)], [{ first: 11, last: 20 }, { first: 21, last: 30 }, { first: 31, last: 35 }, undefined]);
  cursor.finish(b);
  assert.deepEqual([cursor.put, cursor.done], [10, 20]);
  cursor.finish(a);
  assert.equal(cursor.put, 30);
  cursor.finish(c);
  assert.deepEqual([cursor.put, cursor.done], [35, 35]);
});

test("state: saved and loaded; what is none is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sample_data_"));
  try {
    const file = join(folder, "state.json");
    assert.equal(await loadState(file), undefined);
    const state = { target: { table: "t", endpoint: "", region: "r" }, tableId: "i", message: "", put: 7 };
    await saveState(file, state);
    assert.deepEqual(await loadState(file), { version: 1, ...state });
    assert.deepEqual(await readdir(folder), ["state.json"]);
    const whole = await readFile(file, "utf8");
    for (const text of ["", whole.slice(0, -3), "[]", "null", whole.replace("7", "-7"), whole.replace("7", "7.5"), whole.replace('"version":1', '"version":2')]) {
      await writeFile(file, text);
      await assert.rejects(loadState(file), (e) => e.message.startsWith(`${file} is no state of this program`));
    }
    await assert.rejects(saveState(join(folder, "no", "state.json"), state), /no\/state.json cannot be written: ENOENT/);
    await assert.rejects(loadState(folder), /cannot be read: EISDIR/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("state: where to begin", () => {
  const now = { target: { table: "t", endpoint: "", region: "r" }, tableId: "i", message: "m" };
  const was = { ...now, put: 7 };
  assert.deepEqual(placeToBegin(undefined, now), { put: 0 });
  assert.deepEqual(placeToBegin(was, now), { put: 7 });
  const anew = placeToBegin({ ...was, tableId: "j", message: "n" }, now);
  assert.equal(anew.put, 0);
  assert.match(anew.note, /made anew/);
  for (const [name, value] of [["table", "u"], ["endpoint", "http://a"], ["region", "s"]]) {
    assert.match(placeToBegin({ ...was, target: { ...was.target, [name]: value } }, now).refused, new RegExp(`another --${name} \\(${value}\\)`));
  }
  assert.match(placeToBegin({ ...was, message: "n" }, now).refused, /--message.*--restart/);
});

test("saver: a state that cannot be saved ends the wait for it, and is told", async () => {
  const saver = new StateSaver(async () => { throw new Error("no space"); }, 0);
  const waiting = saver.change();
  saver.note(5);
  await assert.rejects(waiting, /no space/);
  await assert.rejects(saver.change(), /no space/);
  await assert.rejects(saver.flush(), /no space/);
  assert.equal(saver.saved, 0);
});

/// Writes that end in any order, fail in part, and die with their process in the middle of whatever they do.
class World {
  constructor(seed) {
    this.random = randomOf(seed);
    this.versions = new Map(); // item -> how often it was written
    this.underWay = new Set();
    this.saved = 0;
  }
  /// A process that lives for so many steps. Returns whether it came to its end.
  async live(count, concurrency, steps, stop) {
    let left = steps;
    let die;
    const death = new Promise((resolve) => (die = resolve));
    const step = async () => {
      for (let turns = Math.floor(this.random() * 6); turns > 0; --turns) await undefined;
      if (left-- > 0) return;
      die("dead");
      await new Promise(() => {}); // nothing of this process happens any more
    };
    const mine = new Set();
    const write = async (items) => {
      const numbers = items.map((each) => Number(each.Id.N));
      for (const n of numbers) {
        assert.ok(!mine.has(n), `item ${n} is written twice at one time`);
        mine.add(n);
      }
      await step();
      const taken = this.random() < 0.7 ? numbers.length : Math.floor(this.random() * numbers.length);
      for (const n of numbers.slice(0, taken)) this.versions.set(n, (this.versions.get(n) ?? 0) + 1);
      await step(); // the table has them, and the process does not know it yet
      for (const n of numbers) mine.delete(n);
      return items.slice(taken);
    };
    const saver = new StateSaver(async (put) => {
      await step();
      this.saved = put;
      await step();
    }, this.saved);
    const cursor = new Cursor(this.saved, count);
    const begun = this.saved;
    const running = putAll({
      cursor, saver, concurrency, message: "", size: 25, pace: new Pace(0), stop: stop ?? never(), random: this.random, sleep: step, write,
    }).then(() => "ended");
    const how = await Promise.race([running, death]);
    for (let n = 1; n <= this.saved; ++n) assert.ok(this.versions.has(n), `item ${n} is saved and not there`);
    const beyond = [...this.versions.keys()].filter((n) => n > this.saved).length;
    assert.ok(how === "ended" || beyond <= 100 * concurrency, `${beyond} items beyond the state, which began with ${begun}`);
    return how === "ended";
  }
}

test("killed at any step it goes on, leaves nothing out and repeats a bounded number", async () => {
  for (let seed = 1; seed <= 300; ++seed) {
    const world = new World(seed);
    const count = 1 + Math.floor(world.random() * 2_000);
    const concurrency = 1 + Math.floor(world.random() * 6);
    let lives = 1;
    while (!(await world.live(count, concurrency, Math.floor(world.random() * 120), undefined))) {
      if (++lives > 2_000) assert.fail(`seed ${seed} does not come to an end`);
    }
    assert.equal(world.saved, count, `seed ${seed}`);
    assert.equal(world.versions.size, count, `seed ${seed}`);
  }
});

test("stopped it saves all that was put before the first gap", async () => {
  for (let seed = 1; seed <= 100; ++seed) {
    const world = new World(seed);
    const stop = new AbortController();
    let turns = Math.floor(world.random() * 400);
    const count = () => (turns-- > 0 ? queueMicrotask(count) : stop.abort());
    count();
    assert.ok(await world.live(5_000, 4, Infinity, stop.signal), `seed ${seed}`);
    let put = 0;
    while (world.versions.has(put + 1)) ++put;
    assert.ok(world.saved <= put && put - world.saved < 100, `seed ${seed}: ${world.saved} saved, ${put} put`);
  }
});

test("an error of one batch ends all, and what was put is saved", async () => {
  let calls = 0;
  const saved = [];
  const saver = new StateSaver(async (put) => saved.push(put), 0);
  const write = async () => {
    if (++calls === 6) throw new Error("denied");
    return [];
  };
  await assert.rejects(putAll({
    cursor: new Cursor(0, 10_000), saver, concurrency: 1, message: "", size: 25, pace: new Pace(0), stop: never(), random: () => 0,
    sleep: async () => {}, write,
  }), /denied/);
  assert.deepEqual([calls, saver.saved, saved.at(-1)], [6, 125, 125]);
});
