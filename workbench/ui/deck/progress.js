// How far one has come: what the server has counted, and what is still on its way to it.

export class Progress {
  /** `open` is how many more this reviewer could judge when the page was drawn. */
  constructor({ project, outbox, done, goal, open }) {
    Object.assign(this, { project, outbox, saved: done, goal, known: done + open });
    this.told = this.isReached(done); // who comes back to a finished goal is not told again
    this.beyond = false;
  }

  /** A newer count from the page; it may lag behind what this tab knows. */
  update({ done, goal, open }) {
    if (done >= this.saved) this.known = done + open;
    this.saved = Math.max(this.saved, done);
    this.goal = goal;
  }

  /** A training item was judged: like the server, it counts it, but not as one of those open. */
  countTraining() {
    this.known += 1;
  }

  /** What "12 of 40" ends with: the goal, or all that there is for this reviewer. */
  total() {
    return this.goal ?? Math.max(this.known, this.done());
  }

  left() {
    return Math.max(0, this.total() - this.done());
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
