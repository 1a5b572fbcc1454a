// The items of this tab: the one on screen, those fetched ahead, and those already judged, for
// going back. It does not know where they come from.

import { blank, fromDraft, isTouched } from "./judgement.js";

const REMEMBERED = 50;

export class Items {
  constructor() {
    this.current = null;
    this.ahead = [];
    this.judged = [];
    this.known = new Set();
  }

  /** Takes claimed items in, each once; returns how many were new. `expires` is a local time. */
  accept(claimed, { draftOf = (item) => item.draft, clockAhead = 0 } = {}) {
    const fresh = claimed.filter((item) => !this.known.has(item.id));
    for (const item of fresh) {
      this.known.add(item.id);
      const draft = draftOf(item);
      this.ahead.push({
        item,
        judgement: draft ? fromDraft(draft) : blank(),
        seconds: draft?.seconds ?? 0,
        submitted: null,
        expires: Date.parse(item.lease_expires_at) + clockAhead,
      });
    }
    return fresh.length;
  }

  /** Moves on; an untouched item whose lease ran out may be someone else's now, and is skipped. */
  next(now) {
    this.current = null;
    while (this.ahead.length > 0) {
      const entry = this.ahead.shift();
      const lapsed = entry.expires <= now && !entry.submitted && !isTouched(entry.judgement);
      if (!lapsed) {
        this.current = entry;
        break;
      }
      this.known.delete(entry.item.id);
    }
    return this.current;
  }

  /** The current item is judged: remembered as it was submitted. */
  finish() {
    this.current.submitted = this.current.judgement;
    this.judged.push(this.current);
    if (this.judged.length > REMEMBERED) this.judged.shift();
    this.current = null;
  }

  /** Back to the item judged last; the current one comes right after it. */
  back() {
    if (this.judged.length === 0) return null;
    if (this.current) this.ahead.unshift(this.current);
    this.current = this.judged.pop();
    return this.current;
  }

  /** The current item leaves and is not gone back to. */
  drop() {
    this.current = null;
  }

  /** The current item leaves; should the server give it out again, it is judged again. */
  forget() {
    this.known.delete(this.current.item.id);
    this.current = null;
  }

  /** A judged item that this tab has not seen yet comes on screen, the current one right after. */
  restore(item, said) {
    if (this.current) this.ahead.unshift(this.current);
    this.known.add(item.id);
    const judgement = fromDraft(said);
    const expires = Date.parse(item.lease_expires_at);
    this.current = { item, judgement, seconds: said.seconds ?? 0, submitted: judgement, expires };
    return this.current;
  }

  held() {
    return [this.current, ...this.ahead].filter((entry) => entry && !entry.submitted);
  }

  /** Gives up what nobody has begun, and names it; begun items keep their lease and draft. */
  letGo() {
    return this.giveUp(this.held().filter((entry) => !isTouched(entry.judgement)));
  }

  /** Gives up what is begun too: it may come again, and its draft with it. */
  letAllGo() {
    return this.giveUp(this.held());
  }

  giveUp(entries) {
    for (const entry of entries) this.known.delete(entry.item.id);
    this.ahead = this.ahead.filter((entry) => !entries.includes(entry));
    if (entries.includes(this.current)) this.current = null;
    return entries.map((entry) => entry.item.id);
  }
}
