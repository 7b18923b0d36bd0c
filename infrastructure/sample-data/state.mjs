// How far a run has come, in a file that is replaced whole: {"version":1,"target":{...},"tableId":"...","message":"...","put":1234}
// "The items 1 to `put` are in the table."
import { open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

const version = 1;

/// What the file says; undefined where there is none. An Error that names the file when it is no state.
export async function loadState(file) {
  let text;
  try {
    text = await readFile(file, "utf8");
  } catch (e) {
    if (e.code === "ENOENT") return undefined;
    throw new Error(`The state ${file} cannot be read: ${e.code}`);
  }
  try {
    const state = JSON.parse(text);
    const strings = [state.target.table, state.target.endpoint, state.target.region, state.tableId, state.message];
    if (state.version === version && strings.every((s) => typeof s === "string") && Number.isSafeInteger(state.put) && state.put >= 0) {
      return state;
    }
  } catch {
    // as below
  }
  throw new Error(`${file} is no state of this program; remove it, or name another with --state`);
}

/// The old file or the new one is there at any moment, also after a power cut.
export async function saveState(file, state) {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    const out = await open(beside, "w");
    try {
      await out.writeFile(`${JSON.stringify({ version, ...state })}\n`);
      await out.sync();
    } finally {
      await out.close();
    }
    await rename(beside, file);
    const folder = await open(dirname(file), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (e) {
    await unlink(beside).catch(() => {});
    throw new Error(`The state ${file} cannot be written: ${e.code ?? e.message}`);
  }
}

/// Where to begin: {put, note?}; or {refused}, for the user to decide. `state` is what was saved, `now` what is asked for.
export function placeToBegin(state, now) {
  if (!state) return { put: 0 };
  for (const name of ["table", "endpoint", "region"]) {
    if (state.target[name] === now.target[name]) continue;
    const was = state.target[name] || "none";
    return { refused: `The state is of another --${name} (${was}); name another file with --state, or begin anew with --restart` };
  }
  // Another table of that name holds nothing of what the earlier one was given.
  if (state.tableId !== now.tableId) return { put: 0, note: "The table was made anew since the state was saved: beginning with the first item" };
  if (state.message !== now.message) return { refused: "The state is of a run with another --message; begin anew with --restart" };
  return { put: state.put };
}

/// Saves one state after the other, the newest that is asked for. `write(put)` is awaited.
export class StateSaver {
  #write; #wanted; #saving; #failure; #waiting = [];

  constructor(write, put) {
    this.#write = write;
    this.#wanted = this.saved = put;
  }
  /// The items up to `put` are in the table.
  note(put) {
    if (put <= this.#wanted) return;
    this.#wanted = put;
    this.#saving ??= this.#save();
  }
  /// Until another state is saved. Rejects when one could not be.
  change() {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
  /// Nobody waits any longer.
  wake() {
    for (const each of this.#waiting.splice(0)) each.resolve();
  }
  /// Until all that was noted is saved.
  async flush() {
    while (this.#saving) await this.#saving;
    if (this.#failure) throw this.#failure;
  }

  async #save() {
    try {
      while (this.#wanted > this.saved) {
        const put = this.#wanted;
        await this.#write(put);
        this.saved = put;
        this.wake();
      }
    } catch (e) {
      this.#failure = e;
      for (const each of this.#waiting.splice(0)) each.reject(e);
    } finally {
      this.#saving = undefined;
    }
  }
}
