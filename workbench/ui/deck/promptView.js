// The prompt on top of an item: its messages in order, the judged turn marked, and the source text.

import { contentText, h, topOf } from "./dom.js";
import { SourceView } from "./sourceView.js";

const SPEAKERS = { system: "Instructions", user: "Prompt", assistant: "Earlier answer" };

function messageView({ role, content }, { alone, judged, enough }) {
  const speaker = SPEAKERS[role] ?? role;
  return h(
    "div",
    { class: "message", "data-role": role, "data-judged": judged },
    h("h3", { class: alone ? "eyebrow unseen" : "eyebrow" }, judged ? "Prompt to be answered" : speaker),
    h("div", { class: "text", dir: "auto" }, contentText(content).slice(0, enough)),
  );
}

export class PromptView {
  constructor({ onFound = () => {} } = {}) {
    this.messages = h("div", { class: "messages" });
    this.source = new SourceView(onFound);
    this.root = h(
      "section",
      { class: "prompt", "aria-label": "Prompt", tabIndex: 0, "data-testid": "prompt" },
      this.messages,
      this.source.root,
    );
    this.toTop = topOf(this.root);
  }

  /** `enough` cuts long texts, for measuring. */
  show({ messages, context, reference }, enough = Infinity) {
    const alone = messages.length === 1;
    const views = messages.map((message, at) =>
      messageView(message, { alone, enough, judged: !alone && at === messages.length - 1 }),
    );
    this.messages.replaceChildren(...views, ...referenceView(reference, enough));
    this.source.show(context, enough);
    this.toTop();
    const last = views.at(-1);
    if (!alone && last) this.root.scrollTop = last.offsetTop - this.root.offsetTop - 12;
  }
}

function referenceView(reference, enough) {
  if (!reference) return [];
  const text = h("div", { class: "text", dir: "auto" }, reference.slice(0, enough));
  const head = h("h3", { class: "eyebrow" }, "Reference answer");
  return [h("div", { class: "message", "data-role": "reference" }, head, text)];
}
