// The action bar: the tag keys, the choice between the answers, and what comes next. It stays at
// the bottom of the window. The choices look alike on purpose: none is suggested.

import { h, keycap, setText } from "./dom.js";
import { PREFERENCES } from "./judgement.js";

const CHOICES = [
  "A much better",
  "A better",
  "A slightly better",
  "About the same",
  "B slightly better",
  "B better",
  "B much better",
];

/** A press with the mouse must not take the selection or the focus away. */
const keepFocus = (event) => event.preventDefault();

export class BarView {
  /** `on` has `prefer(value)`, `allBad()`, `submit()`, `back()` and `tag(categoryKey)`. */
  constructor({ categories, confirm, on }) {
    this.choices = CHOICES.map((label, at) =>
      this.button(label, String(at + 1), `pref-${at + 1}`, () => on.prefer(PREFERENCES[at])),
    );
    this.allBad = this.button("Both are bad", "0", "all-bad", on.allBad);
    this.back = this.button("Back", "⌫", "back", on.back);
    this.submit = this.button("Submit and next", "Enter", "submit", on.submit);
    this.submit.classList.add("primary");
    this.hint = h("p", { class: "hint", role: "status", "data-testid": "hint" });
    this.confirm = confirm;
    this.tags = categories.length ? this.tagKeys(categories, on.tag) : null;
    this.root = h("div", { class: "bar" }, this.tags, this.choiceGroup(), this.actions());
  }

  button(label, key, testid, onclick) {
    return h(
      "button",
      { type: "button", "data-testid": testid, onclick, onpointerdown: keepFocus },
      keycap(key),
      h("span", {}, label),
    );
  }

  choiceGroup() {
    const group = { class: "choices", role: "group", "aria-label": "Which answer is better?" };
    return h("div", group, this.choices);
  }

  actions() {
    return h("div", { class: "actions" }, this.allBad, this.hint, this.back, this.submit);
  }

  tagKeys(categories, onTag) {
    const keys = categories.map((category) =>
      h(
        "button",
        {
          class: "tagkey",
          type: "button",
          title: category.description,
          "data-hue": String(category.hue),
          "data-testid": `tag-${category.key}`,
          onclick: () => onTag(category.key),
          onpointerdown: keepFocus,
          onmousedown: keepFocus,
        },
        keycap(category.hotkey.toUpperCase()),
        h("span", {}, category.title),
      ),
    );
    this.tagHint = h("span", { class: "taghint" });
    const group = { class: "tagkeys", role: "group", "aria-label": "Tag the selected text" };
    return h("div", group, this.tagHint, keys);
  }

  /** With a selection the tag keys are live; without one they only say what could be tagged. */
  showSelection(selecting) {
    if (!this.tags) return;
    this.tags.toggleAttribute("data-live", selecting);
    setText(this.tagHint, selecting ? "Tag it as" : "Select text to tag it");
  }

  sync(judgement, { ready, canGoBack, revising }) {
    PREFERENCES.forEach((value, at) => {
      this.choices[at].setAttribute("aria-pressed", String(judgement.preference === value));
    });
    this.allBad.setAttribute("aria-pressed", String(judgement.all_bad));
    this.back.disabled = !canGoBack;
    this.submit.hidden = !this.confirm && !revising;
    this.submit.toggleAttribute("data-ready", ready);
    setText(this.submit.lastChild, revising ? "Keep and go on" : "Submit and next");
  }

  say(text) {
    setText(this.hint, text);
  }
}
