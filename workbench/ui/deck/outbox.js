// Finished judgements on their way to the server. Each is one entry of localStorage, so that a
// reload, an outage or a second tab loses nothing; an entry leaves only when the server has
// acknowledged it, or when the reviewer has seen why it was refused.

const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Runs `task` unless another tab is at it already (then "later"); without the lock API, always. */
async function exclusively(locks, name, task) {
  if (!locks) return task();
  return locks.request(name, { ifAvailable: true }, (lock) => (lock ? task() : "later"));
}

export class Outbox {
  /**
   * `send(submission, kind)` resolves to `{accepted, duplicate, surplus}` or throws an error whose `kind`
   * is "offline", "server", "auth" or "refused". `onChange()` follows every change,
   * `onSaved(entry, answer)` every acknowledgement.
   */
  constructor({ reviewer, send, storage, locks = null, timers = globalThis, now = Date.now }) {
    Object.assign(this, { send, storage, locks, timers, now });
    this.prefix = `workbench.outbox/${encodeURIComponent(reviewer)}/`;
    this.unstored = new Map();
    this.trouble = null;
    this.failures = 0;
    this.timer = null;
    this.running = null;
    this.onChange = () => {};
    this.onSaved = () => {};
  }

  /** Puts a judgement, skip or flag in, durably; `counts` is false where it is no new judgement. */
  add(submission, { project, counts, kind = "judgement" }) {
    const id = submission.submission_id;
    const order = this.entries().length;
    this.write({ id, at: this.now(), order, project, counts, kind, submission });
    if (order === 0 && !this.trouble && !this.running) this.run(this.express(this.prefix + id));
    else this.wake();
    this.onChange();
  }

  write(entry) {
    const key = this.prefix + entry.id;
    try {
      this.storage.setItem(key, JSON.stringify(entry));
      this.unstored.delete(key);
    } catch {
      this.unstored.set(key, entry); // storage full or forbidden: held in memory, and said so
    }
  }

  read(key) {
    try {
      return this.unstored.get(key) ?? JSON.parse(this.storage.getItem(key));
    } catch {
      return null;
    }
  }

  remove(id) {
    this.unstored.delete(this.prefix + id);
    this.storage.removeItem(this.prefix + id);
    this.onChange();
  }

  entries() {
    const keys = new Set(this.unstored.keys());
    for (let index = 0; index < this.storage.length; index += 1) {
      const key = this.storage.key(index);
      if (key.startsWith(this.prefix)) keys.add(key);
    }
    const found = [...keys].map((key) => this.read(key)).filter(Boolean);
    return found.sort((one, other) => one.at - other.at || one.order - other.order);
  }

  pending() {
    return this.entries().filter((entry) => !entry.refused);
  }

  refused() {
    return this.entries().filter((entry) => entry.refused);
  }

  /** What the reviewer should know: how many are unsaved, and what they wait for. */
  state() {
    const pending = this.pending().length;
    return { pending, trouble: this.trouble, volatile: this.unstored.size > 0 };
  }

  /** Sends now: something was added, the connection or the token came back. */
  wake() {
    this.timers.clearTimeout(this.timer);
    this.again = true;
    return this.running ?? this.run(this.drain());
  }

  run(work) {
    this.running = work.finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /** With nothing before it, an entry is on its way before the next item is even painted. */
  async express(key) {
    const delivery = this.deliver(key);
    this.locks?.request(key, { ifAvailable: true }, () => delivery); // so that other tabs leave it
    const outcome = await delivery;
    if (this.again) await this.drain();
    else this.settle(outcome !== "done");
  }

  async drain() {
    let waiting = false;
    while (this.again) {
      this.again = false;
      waiting = await this.pass();
    }
    this.settle(waiting);
  }

  settle(waiting) {
    if (!waiting) this.trouble = null;
    else if (this.trouble !== "auth") this.scheduleRetry();
    this.onChange();
  }

  scheduleRetry() {
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length) - 1] ?? WAITS_MS[0];
    this.timer = this.timers.setTimeout(() => this.wake(), wait * (0.8 + 0.4 * Math.random()));
  }

  /** Tries every entry once, in order; true if something is left to try again. */
  async pass() {
    const held = new Set(); // a revision must not overtake what it revises
    for (const entry of this.pending()) {
      const item = entry.submission.item_id;
      if (held.has(item)) continue;
      const key = this.prefix + entry.id;
      const outcome = await exclusively(this.locks, key, () => this.deliver(key));
      if (outcome === "stop") return true;
      if (outcome === "later") held.add(item);
    }
    return held.size > 0;
  }

  async deliver(key) {
    const entry = this.read(key);
    if (!entry) return "done"; // another tab was faster
    try {
      const answer = await this.send(entry.submission, entry.kind ?? "judgement");
      this.trouble = null;
      this.failures = 0;
      this.remove(entry.id);
      this.onSaved(entry, answer);
      return "done";
    } catch (error) {
      return this.failed(entry, error);
    }
  }

  failed(entry, error) {
    if (error.kind === "refused") {
      this.write({ ...entry, refused: { message: error.message, remedy: error.remedy ?? "" } });
      this.onChange();
      return "done";
    }
    this.trouble = error.kind ?? "server";
    this.failures += 1;
    this.onChange();
    return this.trouble === "server" ? "later" : "stop";
  }
}
