// Stand-ins for what the browser gives the deck: storage, timers and responses.

export class FakeStorage {
  constructor({ full = false } = {}) {
    this.full = full;
    this.map = new Map();
  }

  get length() {
    return this.map.size;
  }

  key(index) {
    return [...this.map.keys()][index] ?? null;
  }

  getItem(key) {
    return this.map.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.full) throw new DOMException("full", "QuotaExceededError");
    this.map.set(key, value);
  }

  removeItem(key) {
    this.map.delete(key);
  }

  clear() {
    this.map.clear();
  }
}

export class FakeTimers {
  constructor() {
    this.pending = new Map();
    this.count = 0;
    this.setTimeout = (task, wait) => {
      this.count += 1;
      this.pending.set(this.count, { task, wait });
      return this.count;
    };
    this.clearTimeout = (id) => this.pending.delete(id);
  }

  /** How long the next timer waits; undefined if there is none. */
  next() {
    return [...this.pending.values()][0]?.wait;
  }

  /** Lets every timer run out. */
  fire() {
    const due = [...this.pending.values()];
    this.pending.clear();
    for (const { task } of due) task();
  }
}

export function response(status, payload, { type = "application/json", date } = {}) {
  const headers = new Headers({ "content-type": type });
  if (date) headers.set("date", date);
  return new Response(JSON.stringify(payload), { status, headers });
}
