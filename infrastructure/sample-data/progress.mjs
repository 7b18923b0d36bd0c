// What a user sees of a run, on standard error.
const grouped = (n) => `${Math.round(n)}`.replace(/\B(?=(\d{3})+$)/g, ",");

export function spell(seconds) {
  const s = Math.max(0, Math.ceil(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/// `begun` items were there when this run began `seconds` ago.
export function progressLine({ done, count, begun, seconds }) {
  const rate = seconds > 0 ? (done - begun) / seconds : 0;
  const share = Math.floor((100 * done) / count);
  const left = rate > 0 ? `${spell((count - done) / rate)} left` : "time left unknown";
  return `${grouped(done)} of ${grouped(count)} items (${share} %), ${grouped(rate)}/s, ${left}`;
}

/// On a terminal one line that changes four times a second, otherwise a line every five seconds.
export class Progress {
  #out; #line; #timer;

  /// `line()` is what there is to say.
  constructor(out, line) {
    this.#out = out;
    this.#line = line;
    const show = () => out.write(out.isTTY ? `\r${line()}\x1b[K` : `${line()}\n`);
    this.#timer = setInterval(show, out.isTTY ? 250 : 5_000);
  }
  end() {
    clearInterval(this.#timer);
    this.#out.write(this.#out.isTTY ? `\r${this.#line()}\x1b[K\n` : `${this.#line()}\n`);
  }
}
