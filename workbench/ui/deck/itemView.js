// Everything of one item on screen: prompt, answers, ratings, rationale and the action bar. It is
// built once for a project's settings; a new item only changes its texts.

import { AnswerView } from "./answerView.js";
import { BarView } from "./barView.js";
import { h } from "./dom.js";
import { TagPaint } from "./paint.js";
import { PromptView } from "./promptView.js";
import { RatingsView } from "./ratingsView.js";
import { selectedStretch } from "./selection.js";
import { SteadyHeights } from "./steady.js";

export const ANSWERS = [
  { slot: 1, label: "A" },
  { slot: 2, label: "B" },
];

export class ItemView {
  /** `on` has the bar's actions and `rate`, `explain`, `changeSpan`, `removeSpan`. */
  constructor({ asks, rubric, categories, on }) {
    this.categories = new Map(categories.map((category) => [category.key, category]));
    this.spans = [];
    this.paint = new TagPaint();
    this.prompt = new PromptView();
    this.answers = ANSWERS.map(({ slot, label }) => this.answerView(slot, label, on));
    this.ratings =
      asks.ratings && rubric?.criteria.length ? new RatingsView(rubric, ANSWERS, on.rate) : null;
    this.rationale = asks.rationale ? rationaleField(on.explain) : null;
    this.bar = new BarView({ categories, confirm: asks.confirm, on });
    this.cards = cardsOf(this.answers);
    this.steady = this.steadyHeights();
    this.root = this.rootView();
  }

  /** Look-alikes of prompt and answers, out of sight, in which coming items are measured. */
  steadyHeights() {
    const prompt = new PromptView();
    const answers = ANSWERS.map(({ slot, label }) => this.answerView(slot, label, {}));
    const cards = cardsOf(answers);
    const fill = (item, enough) => {
      prompt.show(item.prompt, enough);
      for (const view of answers) view.show(textOf(item, view.slot).slice(0, enough));
    };
    const places = [this.prompt.root, this.cards];
    return new SteadyHeights({ places, ghosts: [prompt.root, cards], fill });
  }

  answerView(slot, label, on) {
    return new AnswerView(slot, label, {
      change: on.changeSpan,
      remove: on.removeSpan,
      point: (index) => this.pointOut(index),
    });
  }

  rootView() {
    return h(
      "section",
      { class: "item", tabIndex: -1, "data-testid": "deck-item" },
      this.prompt.root,
      this.cards,
      this.ratings?.root,
      this.rationale,
      this.bar.root,
      this.steady.root,
    );
  }

  /** Makes room for items that are to come. */
  expect(items) {
    this.steady.expect(items);
  }

  show({ item }, number) {
    this.root.dataset.itemId = item.id;
    this.root.setAttribute("aria-label", `Comparison ${number}`);
    this.root.removeAttribute("data-ready");
    this.prompt.show(item.prompt);
    for (const view of this.answers) {
      view.show(textOf(item, view.slot));
    }
    this.bar.say("");
    this.bar.showSelection(false);
  }

  sync(judgement, flags) {
    this.bar.sync(judgement, flags);
    this.ratings?.sync(judgement.ratings);
    const field = this.rationale?.querySelector("textarea");
    if (field && field.value !== judgement.rationale) field.value = judgement.rationale;
    if (this.spans !== judgement.spans) this.showSpans(judgement.spans);
  }

  showSpans(spans) {
    this.spans = spans;
    const tags = spans.map((span, index) => {
      const category = this.categories.get(span.category);
      return { index, span, category, hue: category?.hue ?? 0 };
    });
    for (const answer of this.answers) {
      answer.showTags(tags.filter(({ span }) => span.slot === answer.slot));
    }
    this.paint.show(tags.map(({ span, hue }) => ({ ...this.placeOf(span), hue })));
    this.paint.point(null);
  }

  placeOf({ slot, start, end }) {
    const { body, text } = this.answers.find((answer) => answer.slot === slot);
    return { body, text, start, end };
  }

  pointOut(index) {
    const span = this.spans[index];
    this.paint.point(span ? this.placeOf(span) : null);
  }

  selected() {
    return selectedStretch(this.root.getRootNode(), this.answers);
  }

  destroy() {
    this.paint.clear();
    this.steady.stop();
    this.root.remove();
  }
}

const cardsOf = (answers) => h("div", { class: "answers" }, answers.map(({ root }) => root));

const textOf = (item, slot) => item.answers.find((answer) => answer.slot === slot)?.text ?? "";

function rationaleField(onExplain) {
  const field = h("textarea", {
    rows: "2",
    dir: "auto",
    placeholder: "What decided it? (optional)",
    "data-testid": "rationale",
    oninput: (event) => onExplain(event.target.value),
  });
  return h("label", { class: "rationale" }, h("span", { class: "eyebrow" }, "Why"), field);
}
