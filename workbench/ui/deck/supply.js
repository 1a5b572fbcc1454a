// Keeps a few items fetched ahead, so that the next one is there at once and an outage can be
// worked through; gives back what nobody will judge.

const AHEAD = 8;
const LOW = 4;
const MOST = 10; // what the server lets one tab hold
const LOOK_AGAIN_MS = 20_000;
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Supply {
  /** `onChange()` follows every answer of the server; `state` then says how things stand. */
  constructor({ api, project, tab, items, outbox, drafts, onChange, timers = globalThis }) {
    Object.assign(this, { api, project, tab, items, outbox, drafts, onChange, timers });
    this.state = "loading";
    this.said = []; // the server's words, where it refused
    this.failures = 0;
    this.running = false;
    this.outdated = false;
    this.stopped = false;
    this.timer = null;
  }

  unsent() {
    return this.outbox.pending().filter(({ project }) => project === this.project).length;
  }

  /** `takeOver` brings along what other tabs of this reviewer hold. */
  async refill(takeOver = false) {
    if (this.items.ahead.length <= LOW) await this.ask(takeOver);
  }

  /** Asks at once: what the server said before, or is just saying, no longer holds. */
  async afresh() {
    if (this.state !== "paused") this.state = "loading";
    this.outdated = this.running;
    await this.ask();
  }

  async ask(takeOver = false) {
    if (this.running || this.stopped) return;
    this.running = true;
    this.timers.clearTimeout(this.timer);
    try {
      await this.claim(takeOver);
    } catch (error) {
      this.failed(error);
    } finally {
      this.running = false;
    }
    if (this.stopped) this.release();
    else if (this.outdated) await this.afresh();
    else this.onChange();
  }

  async claim(takeOver) {
    // The server counts what this tab holds, and what it has not heard to be judged.
    const known = this.items.held().length + this.unsent();
    const count = Math.max(1, Math.min(MOST, known + AHEAD - this.items.ahead.length));
    const underWay = this.underWay();
    const claimed = await this.api.claim(this.project, count, this.tab, takeOver);
    const { items, held_by: holders } = claimed;
    this.failures = 0;
    const fresh = this.items.accept(
      items.filter(({ id }) => !underWay.has(id)),
      { draftOf: (item) => this.drafts.of(item), clockAhead: this.api.clockAhead },
    );
    const judged = items.some(({ id }) => underWay.has(id));
    if (fresh > 0) this.state = "ready";
    else if (judged || this.unsent() > 0) this.state = "loading";
    else this.state = { others: "taken", own_tabs: "elsewhere" }[holders] ?? "empty";
    if (fresh === 0) this.lookAgain(judged && this.unsent() === 0 ? WAITS_MS[0] : LOOK_AGAIN_MS);
  }

  /** What was judged before a reload and is not sent yet: the server takes it for open. */
  underWay() {
    const done = this.outbox.pending().filter(({ kind }) => kind !== "flag");
    return new Set(done.map(({ submission }) => submission.item_id));
  }

  failed(error) {
    this.state = error.kind === "server" ? "offline" : (error.kind ?? "offline");
    this.said = [error.message, error.remedy].filter(Boolean);
    const wait = WAITS_MS[Math.min(this.failures, WAITS_MS.length - 1)];
    this.failures += 1;
    this.lookAgain(["refused", "paused"].includes(error.kind) ? LOOK_AGAIN_MS : wait);
  }

  lookAgain(wait) {
    this.timers.clearTimeout(this.timer);
    this.timer = this.timers.setTimeout(() => this.refill(), wait);
  }

  /** The connection or the token came back. */
  retry() {
    if (this.state === "auth" || this.state === "offline") this.state = "loading";
    return this.refill();
  }

  /** Gives back what nobody has begun; what is begun keeps its lease and its draft. */
  release() {
    this.timers.clearTimeout(this.timer);
    const ids = this.items.letGo();
    if (ids.length > 0) this.api.release(ids, this.tab).catch(() => {}); // leases expire anyway
  }

  stop() {
    this.stopped = true;
    this.release();
  }
}
