// The action bar: the tag keys, the choice between the answers (or their ranking), and what comes
// next. It stays at the bottom of the window. The choices look alike on purpose: none is suggested.

import { h, keycap, setText } from "./dom.js";
import { PREFERENCES } from "./judgement.js";
import { RankingView } from "./rankingView.js";

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

/** What is in hand of the suggestions, or how many would count as refused; pure. */
export function suggestionWords({ open, inHand }, titleOf) {
  if (inHand) return `${titleOf(inHand.category)}: A accepts, X refuses`;
  const count = open.spans.length + open.ratings.length;
  if (count === 0) return "";
  return count === 1 ? "1 suggestion not taken" : `${count} suggestions not taken`;
}

export class BarView {
  /** `on` has `prefer(value)`, `allBad()`, `submit()`, `back()`, `tag(categoryKey)`, … */
  constructor({ categories, confirm, answers, forced, on }) {
    const count = answers.length;
    this.choices = (count === 2 ? PREFERENCES : [])
      .filter((value) => value !== 0 || !forced)
      .map((value) => ({ value, button: this.choice(value, on) }));
    this.ranking = count > 2 ? new RankingView({ answers, forced, on }) : null;
    const bad = count === 2 ? "Both are bad" : "All are bad";
    this.allBad = count > 1 && !forced ? this.button(bad, "0", "all-bad", on.allBad) : null;
    this.skip = this.button("Skip", "S", "skip", on.skip);
    this.flag = this.button("Flag", "F", "flag", on.flag);
    for (const aside of [this.skip, this.flag]) aside.classList.add("quiet");
    this.back = this.button("Back", "⌫", "back", on.back);
    this.submit = this.button("Submit and next", "Enter", "submit", on.submit);
    this.submit.classList.add("primary");
    this.hint = h("p", { class: "hint", role: "status", "data-testid": "hint" });
    this.titleOf = (key) => categories.find((one) => one.key === key).title;
    this.untaken = h("p", { class: "untaken", role: "status", "data-testid": "untaken" });
    this.confirm = confirm || count !== 2;
    this.tags = categories.length ? this.tagKeys(categories, on) : null;
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

  choice(value, on) {
    const key = PREFERENCES.indexOf(value) + 1;
    return this.button(CHOICES[key - 1], String(key), `pref-${key}`, () => on.prefer(value));
  }

  choiceGroup() {
    if (this.ranking) return this.ranking.root;
    const group = { class: "choices", role: "group", "aria-label": "Which answer is better?" };
    const buttons = this.choices.map(({ button }) => button);
    return buttons.length ? h("div", group, buttons) : null;
  }

  actions() {
    const { allBad, skip, flag, hint, untaken, back, submit } = this;
    return h("div", { class: "actions" }, allBad, skip, flag, hint, untaken, back, submit);
  }

  tagKeys(categories, on) {
    const keys = categories.map((category) =>
      h(
        "button",
        {
          class: "tagkey",
          type: "button",
          title: category.description,
          "data-hue": String(category.hue),
          "data-testid": `tag-${category.key}`,
          onclick: () => on.tag(category.key),
          onpointerdown: keepFocus,
          onmousedown: keepFocus,
        },
        keycap(category.hotkey.toUpperCase()),
        h("span", {}, category.title),
      ),
    );
    this.tagHint = h("span", { class: "taghint" });
    this.evidence = this.button("Evidence for the last tag", "E", "evidence-key", on.evidence);
    this.evidence.classList.add("tagkey");
    const group = { class: "tagkeys", role: "group", "aria-label": "Tag the selected text" };
    return h("div", group, this.tagHint, keys, this.evidence);
  }

  /** With a selection the tag keys are live; without one they only say what could be tagged. */
  showSelection({ selecting = false, evidencing = false }) {
    if (!this.tags) return;
    this.tags.toggleAttribute("data-live", selecting);
    this.evidence.toggleAttribute("data-live", evidencing);
    const words = evidencing ? "It shows what is wrong?" : "Select text to tag it";
    setText(this.tagHint, selecting ? "Tag it as" : words);
  }

  sync(judgement, { ready, canGoBack, canSkip, revising, suggested }) {
    for (const { value, button } of this.choices) {
      button.setAttribute("aria-pressed", String(judgement.preference === value));
    }
    this.ranking?.sync(judgement.ranking);
    this.allBad?.setAttribute("aria-pressed", String(judgement.all_bad));
    this.skip.disabled = !canSkip;
    this.back.disabled = !canGoBack;
    this.submit.hidden = !this.confirm && !revising;
    this.submit.toggleAttribute("data-ready", ready);
    setText(this.untaken, suggestionWords(suggested, this.titleOf));
    setText(this.submit.lastChild, revising ? "Keep and go on" : "Submit and next");
  }

  say(text) {
    setText(this.hint, text);
  }
}
