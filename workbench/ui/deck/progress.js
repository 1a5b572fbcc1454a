// How far one has come: what the server has counted, and what is still on its way to it.

export class Progress {
  constructor({ project, outbox, done, goal }) {
    Object.assign(this, { project, outbox, saved: done, goal });
    this.told = this.isReached(done); // who comes back to a finished goal is not told again
    this.beyond = false;
  }

  /** A newer count from the page; it may lag behind what this tab knows. */
  update({ done, goal }) {
    this.saved = Math.max(this.saved, done);
    this.goal = goal;
  }

  /** An acknowledged judgement; revisions, repeats and surplus ones do not count. */
  count(entry, { duplicate, surplus }) {
    if (entry.project === this.project && entry.counts && !duplicate && !surplus) this.saved += 1;
  }

  done() {
    const onTheWay = this.outbox.pending().filter(
      ({ project, counts }) => counts && project === this.project,
    );
    return this.saved + onTheWay.length;
  }

  isReached(count = this.done()) {
    return Boolean(this.goal) && count >= this.goal;
  }

  /** Time to stop, unless the reviewer chose to go on. */
  shouldRest() {
    return this.isReached() && !this.beyond;
  }

  /** True once: when the goal is reached and everything that counts towards it is on disk. */
  takeNews() {
    if (this.told || !this.isReached(this.saved)) return false;
    this.told = true;
    return true;
  }
}
