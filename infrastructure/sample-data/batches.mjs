// Items in batches, several at one time, each item in one batch only: two writes of an item can never overtake one another.
export const batchMax = 25; // of BatchWriteItem

/// The same for the same number and message, so that an item which is put again is the same, and no change in the table's stream.
export const itemOf = (id, message) => ({
  Id: { N: `${id}` }, Message: { S: message || `Sample item ${id}` }, EntityType: { S: "sample" },
});

/// Small enough that a low rate is even, too.
export const batchSize = (rate) => (rate === 0 ? batchMax : Math.min(batchMax, Math.max(1, Math.floor(rate / 4))));

/// Which items were given out, and up to which one all of them are done.
export class Cursor {
  #early = new Map(); // batches that are done before an earlier one: first item -> last item

  constructor(put, count) {
    this.taken = this.put = put;
    this.count = count;
    this.done = put;
  }
  /// {first, last} of the next batch; undefined at the end.
  take(size) {
    if (this.taken >= this.count) return undefined;
    const first = this.taken + 1;
    this.taken = Math.min(this.taken + size, this.count);
    return { first, last: this.taken };
  }
  finish({ first, last }) {
    this.done += last - first + 1;
    this.#early.set(first, last);
    for (let end; (end = this.#early.get(this.put + 1)) !== undefined;) {
      this.#early.delete(this.put + 1);
      this.put = end;
    }
  }
}

/// Gives each batch its time, so that on average no more than `rate` items a second go. What was not used is not saved up.
export class Pace {
  #rate; #now; #sleep; #next = -Infinity;

  constructor(rate, now, sleep) {
    this.#rate = rate;
    this.#now = now;
    this.#sleep = sleep;
  }
  /// Milliseconds from now at which a batch of so many items may go; the next one comes after it.
  reserve(items) {
    if (this.#rate === 0) return 0;
    const now = this.#now();
    const at = Math.max(now, this.#next);
    this.#next = at + (1000 * items) / this.#rate;
    return at - now;
  }
  async wait(items) {
    const ms = this.reserve(items);
    if (ms > 0) await this.#sleep(ms);
  }
}

export const backoff = { firstMs: 50, longestMs: 5_000, attempts: 20 };

/// "Full jitter": drawn from 0 to a limit that doubles. `draw` is in [0, 1).
export const backoffMs = (attempt, draw) => draw * Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(attempt, 20));

/// Until the table has all of a batch. `write(items)` gives back those that were not processed. False when it was stopped before.
export async function putBatch(items, { write, sleep, random, stopped }) {
  let left = items;
  for (let attempt = 0; ; ++attempt) {
    const before = left.length;
    left = await write(left);
    if (left.length === 0) return true;
    if (left.length < before) attempt = 0;
    if (attempt >= backoff.attempts) throw new Error(`The table took none of ${left.length} items in ${attempt + 1} attempts: it is throttled`);
    if (stopped()) return false;
    await sleep(backoffMs(attempt, random()));
    if (stopped()) return false;
  }
}

/// Puts the items that the cursor gives out until its end, until it is stopped, or until an error, which is thrown when all that was under
/// way has ended. `saver` learns of each item that all earlier ones are put before; no more than `repeatMax` are given out beyond what it saved.
export async function putAll({ cursor, size, concurrency, message, saver, pace, stop, ...ports }) {
  const repeatMax = 4 * batchMax * concurrency;
  let failure;
  const stopped = () => stop.aborted || failure !== undefined;
  const wake = () => saver.wake();
  stop.addEventListener("abort", wake);
  const work = async () => {
    try {
      while (!stopped()) {
        if (cursor.taken + size - saver.saved > repeatMax) {
          await saver.change();
          continue;
        }
        const batch = cursor.take(size);
        if (!batch) return;
        const items = Array.from({ length: batch.last - batch.first + 1 }, (_, i) => itemOf(batch.first + i, message));
        await pace.wait(items.length);
        if (stopped() || !(await putBatch(items, { ...ports, stopped }))) return;
        cursor.finish(batch);
        saver.note(cursor.put);
      }
    } catch (e) {
      failure ??= e;
      saver.wake();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  stop.removeEventListener("abort", wake);
  await saver.flush();
  if (failure !== undefined) throw failure;
}
