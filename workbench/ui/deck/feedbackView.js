// What was agreed on for a training item, in the place of the choices, and the way on.

import { h, keycap, setText } from "./dom.js";

const SHAPES = new Map([[true, "✓"], [false, "≠"]]);
const WAITING = {
  right: null,
  verdict: "Your judgement is kept on this machine.",
  explanation: "What was agreed on comes once it is saved.",
  done: "",
};

export class FeedbackView {
  constructor(onGoOn) {
    this.shape = h("span", { class: "shape", "aria-hidden": "true" });
    this.verdict = h("strong", { "data-testid": "feedback-verdict" });
    this.explanation = h("p", {
      class: "text why",
      dir: "auto",
      tabIndex: 0, // it scrolls
      hidden: true,
      "data-testid": "feedback-why",
    });
    this.done = h("p", { class: "eyebrow", "data-testid": "feedback-done" });
    this.button = h(
      "button",
      {
        class: "primary",
        type: "button",
        hidden: true,
        "data-ready": true,
        "data-testid": "go-on",
        onclick: onGoOn,
        // A held Enter would press it again and again.
        onkeydown: (event) => event.repeat && event.preventDefault(),
      },
      keycap("Enter"),
      h("span", {}, "Go on"),
    );
    const head = h("p", { class: "verdict" }, this.shape, this.verdict);
    // Always on the page: a live region that appears with its text is not read out.
    const status = h("div", { class: "said", role: "status" }, head, this.explanation, this.done);
    this.root = h("div", { class: "feedback", "data-testid": "feedback" }, status, this.button);
  }

  /** `words` are those of feedback.js; null shows nothing. */
  show(words) {
    const { right = null, verdict = "", explanation = "", done = "" } = words ?? {};
    this.root.toggleAttribute("data-shown", words !== null);
    this.root.dataset.right = String(right);
    this.shape.hidden = right === null;
    setText(this.shape, SHAPES.get(right) ?? "");
    setText(this.verdict, verdict);
    setText(this.explanation, explanation);
    this.explanation.hidden = !explanation;
    this.explanation.scrollTop = 0;
    setText(this.done, done);
    this.button.hidden = words === null || words === WAITING;
  }

  wait() {
    this.show(WAITING);
  }

  focus() {
    this.button.focus({ preventScroll: true });
  }
}
