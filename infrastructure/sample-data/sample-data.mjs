#!/usr/bin/env node
// Puts sample items into the table SampleStreamTable; `--help` says how. README.md beside it has the walk it belongs to.
import { setMaxListeners } from "node:events";
import { relative } from "node:path";
import { Cursor, Pace, batchSize, putAll } from "./batches.mjs";
import { commandToGoOn, credentialsOf, readOptions } from "./options.mjs";
import { Progress, progressLine, spell } from "./progress.mjs";
import { StateSaver, loadState, placeToBegin, saveState } from "./state.mjs";
import { Table, spellError } from "./table.mjs";

const say = (text) => process.stderr.write(`sample-data: ${text}\n`);
const graceMs = 5_000; // for batches that are under way when a signal comes
const signalStatus = { SIGINT: 130, SIGTERM: 143 };

/// The first signal ends the run in order, the second one at once. `abandon` ends what is under way.
function heedSignals() {
  const stop = new AbortController();
  const abandon = new AbortController();
  setMaxListeners(0, stop.signal, abandon.signal); // one for each batch under way
  const heard = { stop: stop.signal, abandon: abandon.signal, status: 0 };
  for (const [name, status] of Object.entries(signalStatus)) {
    process.on(name, () => {
      if (heard.status !== 0) process.exit(status);
      heard.status = status;
      stop.abort();
      setTimeout(() => abandon.abort(), graceMs).unref();
    });
  }
  return heard;
}

/// Ends early when the run is stopped.
const sleepUntil = (stop) => (ms) =>
  new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    function end() {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    }
    stop.addEventListener("abort", end);
    if (stop.aborted) end();
  });

/// Where this run begins, and what its states say besides. A number instead: the exit status of a run that has nothing to do.
async function begin(options, table, stop) {
  const state = {
    target: { table: options.table, endpoint: options.endpoint, region: table.region },
    tableId: await table.id(options.createTable, stop), message: options.message,
  };
  const place = options.restart ? { put: 0 } : placeToBegin(await loadState(options.state), state);
  if (place.refused) {
    say(place.refused);
    return 2;
  }
  if (place.note) say(place.note);
  if (place.put >= options.count) {
    say(`All ${options.count} items were put by an earlier run, as ${options.state} says; --restart puts them again`);
    return 0;
  }
  if (place.put > 0) say(`Going on after item ${place.put}`);
  const save = (put) => saveState(options.state, { ...state, put });
  await save(place.put); // so that a run which begins anew does so for one that goes on with it, too
  return { put: place.put, save };
}

async function run(options, words, table, heard) {
  const begun = await begin(options, table, heard.stop);
  if (typeof begun === "number") return begun;
  const cursor = new Cursor(begun.put, options.count);
  const saver = new StateSaver(begun.save, begun.put);
  const sleep = sleepUntil(heard.stop);
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const progress = new Progress(process.stderr, () =>
    progressLine({ done: cursor.done, count: options.count, begun: begun.put, seconds: elapsed() }));
  let failure;
  try {
    await putAll({
      cursor, saver, sleep, size: batchSize(options.rate), concurrency: options.concurrency, message: options.message,
      pace: new Pace(options.rate, () => performance.now(), sleep), stop: heard.stop, random: Math.random,
      write: (items) => table.write(items, heard.abandon),
    });
  } catch (e) {
    failure = e;
  }
  progress.end();
  if (saver.saved >= options.count) {
    say(`All ${options.count} items are put, ${options.count - begun.put} of them in ${spell(elapsed())}`);
    return 0;
  }
  // What a signal cut short is no failure of its own.
  say(heard.status === 0 ? table.spell(failure) : "Ended by a signal");
  say(`${options.state} says that the first ${saver.saved} items are put. To go on:`);
  process.stderr.write(`  ${commandToGoOn(relative("", process.argv[1]), words)}\n`);
  return heard.status || 1;
}

async function main(words) {
  const wanted = readOptions(words);
  if (wanted.what === "print") {
    process.stdout.write(wanted.text);
    return 0;
  }
  if (wanted.what === "refuse") {
    process.stderr.write(wanted.text);
    return 2;
  }
  let credentials;
  try {
    credentials = credentialsOf(process.env);
  } catch (e) {
    say(e.message);
    return 2;
  }
  const heard = heedSignals();
  let table;
  try {
    table = await Table.open(wanted.options, credentials);
    return await run(wanted.options, words, table, heard);
  } catch (e) {
    if (heard.status !== 0) {
      say("Ended by a signal, before anything was put");
      return heard.status;
    }
    say(table ? table.spell(e) : spellError(e));
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
process.exit(); // a connection that the SDK keeps is no reason to stay
