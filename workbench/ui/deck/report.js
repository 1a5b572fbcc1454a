// Tells the reviewer how saving goes and how far they are, and the page when it has to act: the
// goal is reached, or the deck's token is refused.

const ASK_TOKEN_MS = 60_000;

export class Report {
  /** `tell(name, value)` sends an event to the page. */
  constructor({ top, outbox, progress, supply, tell, now = () => performance.now() }) {
    Object.assign(this, { top, outbox, progress, supply, tell, now });
    this.asked = -Infinity;
  }

  refresh() {
    const state = this.outbox.state();
    const signedOut = this.supply.state === "auth" || state.trouble === "auth";
    this.top.showSaving(signedOut ? { ...state, trouble: "auth" } : state);
    this.top.showRefused(this.outbox.refused());
    this.top.showProgress(this.progress.done(), this.progress.total());
    if (signedOut) this.askForToken();
  }

  /** A judgement was acknowledged. */
  saved(entry, answer) {
    this.progress.count(entry, answer);
    if (answer.surplus && this.supply.state !== "paused") {
      this.top.say("Saved. Others had finished that one already, so it does not count further.");
    }
    if (this.progress.takeNews()) this.tell("reached", this.progress.saved);
    this.refresh();
  }

  askForToken() {
    if (this.now() - this.asked < ASK_TOKEN_MS) return;
    this.asked = this.now();
    this.tell("refresh", Date.now());
  }
}
