// The prompt on top of an item: its messages in order, and the source text in a quiet panel.

import { contentText, h } from "./dom.js";

const SPEAKERS = { system: "Instructions", user: "Prompt", assistant: "Earlier answer" };

function messageView({ role, content }, alone, enough) {
  const speaker = SPEAKERS[role] ?? role;
  return h(
    "div",
    { class: "message", "data-role": role },
    h("h3", { class: alone ? "eyebrow unseen" : "eyebrow" }, speaker),
    h("div", { class: "text", dir: "auto" }, contentText(content).slice(0, enough)),
  );
}

export class PromptView {
  constructor() {
    this.messages = h("div", { class: "messages" });
    this.source = h("div", { class: "text", dir: "auto" });
    this.panel = h(
      "aside",
      { class: "source", hidden: true, "aria-label": "Source text", "data-testid": "context" },
      h("h3", { class: "eyebrow" }, "Source text"),
      this.source,
    );
    this.root = h(
      "section",
      { class: "prompt", "aria-label": "Prompt", tabIndex: 0, "data-testid": "prompt" },
      this.messages,
      this.panel,
    );
  }

  /** `enough` cuts long texts, for measuring. */
  show({ messages, context }, enough = Infinity) {
    const alone = messages.length === 1;
    const views = messages.map((message) => messageView(message, alone, enough));
    this.messages.replaceChildren(...views);
    this.panel.hidden = !context;
    this.source.textContent = (context ?? "").slice(0, enough);
    this.root.scrollTop = 0;
  }
}
