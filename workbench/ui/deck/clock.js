// The time of the item on screen: when it may be judged, and how long it was looked at.

export const UNSEEN_MS = 250;

export class ItemClock {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.painted = null;
    this.since = null;
    this.spent = 0;
  }

  /** A new item takes the screen; `seconds` were spent on it before. */
  start(seconds = 0) {
    this.painted = null;
    this.since = null;
    this.spent = seconds * 1000;
  }

  /** The item is painted: from now on it counts as being read. */
  paint() {
    this.painted = this.now();
    this.resume();
  }

  /** False until a person can have seen the item: a double press must not judge the next one. */
  isOpen() {
    return this.painted !== null && this.now() - this.painted >= UNSEEN_MS;
  }

  /** The page is hidden: nobody is reading. */
  pause() {
    if (this.since !== null) this.spent += this.now() - this.since;
    this.since = null;
  }

  resume() {
    if (this.painted !== null) this.since ??= this.now();
  }

  seconds() {
    const running = this.since === null ? 0 : this.now() - this.since;
    return Math.round((this.spent + running) / 100) / 10;
  }
}
