// An answer as it should have been: edited in place, the changes shown word by word beneath.

import { wordDiff } from "./diff.js";
import { h, keycap } from "./dom.js";

const TAGS = { same: "span", gone: "del", new: "ins" };

export class CorrectionView {
  /** `onEdit(text)` follows each change; the original words mean that nothing is corrected. */
  constructor({ slot, label, onEdit }) {
    this.original = "";
    this.field = h("textarea", {
      rows: "6",
      dir: "auto",
      "aria-label": `Answer ${label} as it should be`,
      "data-testid": `correct-${slot}`,
      oninput: (event) => onEdit(event.target.value),
    });
    this.diff = h("div", {
      class: "diff text",
      role: "group",
      tabindex: "0", // it scrolls
      "aria-label": "What was changed",
      dir: "auto",
    });
    const restore = () => {
      onEdit(this.original);
      this.close();
    };
    const undo = h("button", { class: "quiet", type: "button", onclick: restore }, "Undo the edit");
    this.root = h("div", { class: "correction", hidden: true }, this.field, this.diff, undo);
    this.button = h(
      "button",
      { class: "quiet", type: "button", "data-testid": `edit-${slot}`, onclick: () => this.open() },
      "Correct",
      keycap("E"),
    );
  }

  /** A new answer is on screen. */
  start(original) {
    this.original = original;
    this.close();
  }

  open() {
    this.root.hidden = false;
    if (!this.field.value) this.field.value = this.original;
    this.field.focus();
  }

  close() {
    this.root.hidden = true;
    this.field.value = "";
    this.diff.replaceChildren();
    this.shown = undefined;
  }

  /** `text` undefined: nothing is corrected. */
  sync(text) {
    if (text === this.shown) return;
    this.shown = text;
    if (text === undefined) return this.diff.replaceChildren();
    this.root.hidden = false;
    if (this.field.value !== text) this.field.value = text;
    const parts = wordDiff(this.original, text);
    return this.diff.replaceChildren(...parts.map((part) => h(TAGS[part.kind], {}, part.text)));
  }
}
