// Training: an item that is judged stays on screen until the server has said what was agreed on,
// and until that was read. Its judgement goes through the outbox like any other.

import { ItemClock } from "./clock.js";
import { feedbackWords, lessonNumber, lessonWords } from "./feedback.js";

const PATIENCE_MS = 600; // an answer that is there by then needs no words about the wait

const nextFrames = (task) => requestAnimationFrame(() => requestAnimationFrame(task));

export class Lesson {
  /** `desk` is the deck: items, outbox, supply, progress, view, data, turn and `advance()`. */
  constructor(desk, { clock = new ItemClock(), timers = globalThis, painted = nextFrames } = {}) {
    Object.assign(this, { desk, clock, timers, painted });
    this.soFar = desk.data.training;
    this.waitsFor = null; // the id of a submission
    this.told = null; // `{feedback}` once it was answered
    this.timer = null;
  }

  get isOn() {
    return this.waitsFor !== null || this.told !== null;
  }

  name() {
    return this.soFar ? `Training item ${lessonNumber(this.soFar)}` : "Training item";
  }

  words() {
    return lessonWords(this.soFar);
  }

  /** The page's count may lag behind the server's answers. */
  update({ training }) {
    this.soFar ??= training;
  }

  /** The item on screen is handed in. */
  wait(submissionId) {
    const { items, view, turn } = this.desk;
    this.waitsFor = submissionId;
    items.current.submitted = items.current.judgement;
    view.close(true);
    turn.focus();
    this.timer = this.timers.setTimeout(() => this.desk.view.feedback.wait(), PATIENCE_MS);
    return true;
  }

  answered(submissionId, feedback = null) {
    if (submissionId !== this.waitsFor) return;
    this.endWait();
    this.told = { feedback };
    if (feedback) this.desk.progress.countTraining();
    this.clock.start();
    this.reshow();
    this.desk.supply.afresh();
    this.painted(() => this.clock.paint());
  }

  /** The outbox has changed: another tab may have got the answer, or it was a refusal. */
  lookUp() {
    const { outbox, items } = this.desk;
    const isIt = ({ id }) => id === this.waitsFor;
    if (this.waitsFor === null || outbox.pending().some(isIt)) return;
    if (!outbox.refused().some(isIt)) this.answered(this.waitsFor);
    else {
      this.endWait();
      items.forget();
      this.desk.advance();
    }
  }

  endWait() {
    this.timers.clearTimeout(this.timer);
    this.waitsFor = null;
  }

  /** What belongs on the item on screen, also after it was built anew. */
  reshow() {
    if (!this.isOn) return;
    const { view, items } = this.desk;
    view.close(true);
    if (!this.told) return view.feedback.wait();
    const labels = Object.fromEntries(view.shown.map(({ slot, label }) => [slot, label]));
    view.showFeedback(feedbackWords(this.told.feedback, items.current.judgement, labels));
    return view.feedback.focus();
  }

  perform({ type }) {
    if (type !== "submit") return false;
    this.goOn();
    return true;
  }

  goOn() {
    if (!this.told || !this.clock.isOpen()) return;
    const { feedback } = this.told;
    if (feedback) this.soFar = { done: feedback.done, of: feedback.of };
    this.told = null;
    this.desk.items.drop();
    this.desk.advance();
  }

  stop() {
    this.timers.clearTimeout(this.timer);
  }
}
