// Why: chips with the project's own reasons, and a field for words.

import { h } from "./dom.js";

export class RationaleView {
  /** `on` has `explain(text)` and `giveReason(reason)`. */
  constructor({ asks, reasons, on }) {
    this.chips = reasons.map((reason) =>
      h(
        "button",
        {
          class: "reason",
          type: "button",
          "aria-pressed": "false",
          "data-testid": "reason",
          onclick: () => on.giveReason(reason),
        },
        reason,
      ),
    );
    this.reasons = reasons;
    this.field = asks.rationale
      ? h("textarea", {
          rows: "2",
          dir: "auto",
          "aria-label": "Why",
          placeholder: "What decided it? (optional)",
          "data-testid": "rationale",
          oninput: (event) => on.explain(event.target.value),
        })
      : null;
    const chips = reasons.length ? h("div", { class: "reasons" }, this.chips) : null;
    this.root = h(
      "div",
      { class: "rationale", role: "group", "aria-label": "Why" },
      h("span", { class: "eyebrow" }, "Why"),
      chips,
      this.field,
    );
  }

  sync({ rationale, reasons }) {
    this.chips.forEach((chip, at) => {
      chip.setAttribute("aria-pressed", String(reasons.includes(this.reasons[at])));
    });
    if (this.field && this.field.value !== rationale) this.field.value = rationale;
  }
}
