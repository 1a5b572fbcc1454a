// Half-made judgements, kept on the server within a second of a change (which renews the lease
// too), and on this machine while the server cannot be reached.

const DELAY_MS = 400;
const RETRY_MS = 3_000;

export class Drafts {
  /** `put(itemId, draft, {signal, lasting})` resolves once stored; its errors have a `kind`. */
  constructor({ reviewer, put, storage, onSignedOut = () => {}, timers = globalThis }) {
    Object.assign(this, { put, storage, onSignedOut, timers });
    this.prefix = `workbench.draft/${encodeURIComponent(reviewer)}/`;
    this.waiting = null;
    this.timer = null;
    this.sending = null;
  }

  changed(itemId, draft) {
    if (this.waiting && this.waiting.itemId !== itemId) this.flush();
    const timing = this.waiting !== null;
    this.waiting = { itemId, draft };
    if (!timing) this.schedule(DELAY_MS);
  }

  schedule(delay) {
    this.timers.clearTimeout(this.timer);
    this.timer = this.timers.setTimeout(() => this.flush(), delay);
  }

  /** Sends what waits; `lasting` when the page may be closing. */
  async flush({ lasting = false } = {}) {
    this.timers.clearTimeout(this.timer);
    if (!this.waiting) return;
    const { itemId, draft } = this.waiting;
    this.waiting = null;
    this.sending?.abort();
    const sending = new AbortController();
    this.sending = sending;
    try {
      await this.put(itemId, draft, { signal: sending.signal, lasting });
      this.drop(itemId);
    } catch (error) {
      if (!sending.signal.aborted) this.failed(itemId, draft, error);
    }
  }

  failed(itemId, draft, error) {
    if (error.kind === "refused") return; // the submission will say why
    if (error.kind === "auth") this.onSignedOut();
    this.keep(itemId, draft);
    if (this.waiting) return;
    this.waiting = { itemId, draft };
    this.schedule(RETRY_MS);
  }

  /** The item was submitted: a draft of it must not arrive after its judgement. */
  forget(itemId) {
    this.timers.clearTimeout(this.timer);
    this.waiting = null;
    this.sending?.abort();
    this.drop(itemId);
  }

  /** The newest draft of a claimed item: this machine's own where it could not be sent. */
  of(item) {
    try {
      return JSON.parse(this.storage.getItem(this.prefix + item.id)) ?? item.draft;
    } catch {
      return item.draft;
    }
  }

  keep(itemId, draft) {
    try {
      this.storage.setItem(this.prefix + itemId, JSON.stringify(draft));
    } catch {
      // Storage full or forbidden: the draft stays on screen and is retried.
    }
  }

  drop(itemId) {
    this.storage.removeItem(this.prefix + itemId);
  }
}
