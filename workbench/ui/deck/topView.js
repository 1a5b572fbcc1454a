// The line above the item: how far one has come, whether everything is saved, help. Beneath it,
// what the reviewer has to know: refused judgements stay until they are dismissed.

import { h, keycap, setText } from "./dom.js";

/** The words beside the dot; pure. */
export function saveWords({ pending, trouble, volatile }) {
  if (trouble === "auth") return pending ? `Sign in to save ${pending}` : "Sign in to go on";
  if (pending === 0) return trouble === "offline" ? "No connection" : "All saved";
  if (volatile) return `${pending} saving… keep this tab open`;
  return trouble ? `${pending} kept here, saving when the server is back` : `${pending} saving…`;
}

/** "12 of 40", or how many were judged where nobody knows how many there are; pure. */
export function progressWords(done, total) {
  return total ? `${Math.min(done, total)} of ${total}` : `${done} judged`;
}

export class TopView {
  /** `on` has `help()`, `guidelines()`, `progress()`, `switchView()`, `signIn()`, `dismiss(id)`. */
  constructor(on) {
    this.on = on;
    this.refusedIds = "";
    this.meter = h("div", { class: "meter", "aria-hidden": "true" }, h("i"));
    this.count = h("button", {
      class: "quiet count",
      type: "button",
      title: "How far you have come (P)",
      "data-testid": "progress",
      onclick: () => on.progress(),
    });
    this.textView = h("span", {});
    this.save = h("button", {
      class: "save",
      type: "button",
      "data-testid": "save-state",
      onclick: () => on.signIn(),
    });
    this.trouble = h("p", { class: "unseen", role: "status" });
    this.training = h("p", { class: "training", hidden: true, "data-testid": "training" });
    this.notice = h("p", { class: "notice", role: "status", "data-testid": "notice" });
    this.refused = h("div", { class: "refused", role: "alert", "data-testid": "refused" });
    const { trouble, notice, refused, training } = this;
    this.root = h("header", { class: "top" }, this.line(), trouble, notice, refused, training);
  }

  line() {
    const button = (label, key, testid, onclick) =>
      h("button", { class: "quiet", type: "button", "data-testid": testid, onclick }, label, key);
    return h(
      "div",
      { class: "line" },
      this.meter,
      this.count,
      h("span", { class: "gap" }),
      this.save,
      button(this.textView, keycap("M"), "switch-view", () => this.on.switchView()),
      button("Guidelines", keycap("G"), "guidelines", () => this.on.guidelines()),
      button("Keys", keycap("?"), "help", () => this.on.help()),
    );
  }

  showTextView(view) {
    setText(this.textView, view === "markdown" ? "Show plain text" : "Show Markdown");
  }

  showProgress(done, goal) {
    setText(this.count, progressWords(done, goal));
    this.meter.hidden = !goal;
    if (goal) this.meter.firstChild.style.inlineSize = `${Math.min(100, (100 * done) / goal)}%`;
  }

  showSaving(state) {
    setText(this.save, saveWords(state));
    const calm = state.pending === 0 && !state.trouble;
    this.save.dataset.state = calm ? "saved" : state.trouble === null ? "saving" : "waiting";
    this.save.disabled = state.trouble !== "auth";
    // Read out only when something is wrong: "saving, saved" after each judgement would be noise.
    setText(this.trouble, state.trouble === null ? "" : saveWords(state));
  }

  showRefused(entries) {
    const ids = entries.map(({ id }) => id).join();
    if (ids === this.refusedIds) return; // an alert that is written again is read out again
    this.refusedIds = ids;
    this.refused.replaceChildren(...entries.map((entry) => this.refusedView(entry)));
  }

  refusedView({ id, refused }) {
    const text = `A judgement was not accepted: ${refused.message} ${refused.remedy}`.trim();
    const dismiss = { class: "quiet", type: "button", onclick: () => this.on.dismiss(id) };
    return h("p", {}, h("span", {}, text), h("button", dismiss, "Dismiss"));
  }

  /** "" where the item is none of the training; its count stands in for that of the work. */
  showTraining(text) {
    this.training.hidden = !text;
    setText(this.training, text);
    for (const part of [this.meter, this.count]) part.classList.toggle("aside-for-now", Boolean(text));
  }

  say(text) {
    setText(this.notice, text);
  }
}
