// Everything of one item on screen: prompt, answers, ratings, rationale and the action bar. It is
// built once for a number of answers; a new item only changes its texts.

import { AnswerView } from "./answerView.js";
import { BarView } from "./barView.js";
import { h } from "./dom.js";
import { FeedbackView } from "./feedbackView.js";
import { TagPaint } from "./paint.js";
import { PromptView } from "./promptView.js";
import { RatingsView } from "./ratingsView.js";
import { RationaleView } from "./rationaleView.js";
import { selectedStretch } from "./selection.js";
import { SteadyHeights } from "./steady.js";

const LABELS = "ABCDEFGH";
const MEASURED_AS_MARKDOWN = 5_000; // characters

/** The answers of an item of `count`: `{slot, label}` each; pure. */
export const answersOf = (count) =>
  Array.from({ length: count }, (_, at) => ({ slot: at + 1, label: LABELS[at] }));

export class ItemView {
  /** `on` has the bar's actions and `rate`, `explain`, `giveReason`, `correct`, `changeSpan`, … */
  constructor({ count, asks, rubric, categories, reasons, forced, on }) {
    Object.assign(this, { corrects: asks.correction, on, spans: [], inHand: null });
    this.categories = new Map(categories.map((category) => [category.key, category]));
    this.shown = answersOf(count);
    this.paint = new TagPaint();
    this.prompt = new PromptView({ onFound: (found) => this.paint.find(found) });
    this.answers = this.shown.map((one) => this.answerView(one));
    const rates = asks.ratings && rubric?.criteria.length;
    this.ratings = rates ? new RatingsView(rubric, this.shown, on.rate) : null;
    this.rationale = asks.rationale || reasons.length ? new RationaleView({ asks, reasons, on }) : null;
    this.bar = new BarView({ categories, confirm: asks.confirm, answers: this.shown, forced, on });
    this.feedback = new FeedbackView(on.goOn);
    this.cards = cardsOf(this.answers);
    this.steady = this.steadyHeights();
    this.root = this.rootView();
  }

  /** Look-alikes of prompt and answers, out of sight, in which coming items are measured. */
  steadyHeights() {
    const prompt = new PromptView();
    const answers = this.shown.map((one) => this.answerView(one, {}));
    const cards = cardsOf(answers);
    const fill = (item, enough) => {
      prompt.show(item.prompt, enough);
      for (const view of answers) {
        const { text, html } = answerIn(item, view.slot);
        const short = text.length <= MEASURED_AS_MARKDOWN;
        view.show({ text: text.slice(0, enough), html: short ? html : null }, this.textView);
      }
    };
    const places = [this.prompt.root, this.cards];
    return new SteadyHeights({ places, ghosts: [prompt.root, cards], fill });
  }

  answerView({ slot, label }, on = this.on) {
    return new AnswerView({
      slot,
      label,
      corrects: this.corrects,
      on: {
        change: on.changeSpan,
        remove: on.removeSpan,
        point: (index) => this.pointOut(index),
        correct: (text) => on.correct?.(slot, text),
      },
    });
  }

  rootView() {
    const { bar, cards, feedback, prompt, ratings, rationale, steady } = this;
    return h(
      "section",
      { class: "item", tabIndex: -1, "data-testid": "deck-item", "data-answers": String(this.shown.length) },
      prompt.root,
      cards,
      ratings?.root,
      rationale?.root,
      h("div", { class: "foot" }, bar.root, feedback.root),
      steady.root,
    );
  }

  /** Makes room for items that are to come. */
  expect(items) {
    this.steady.expect(items.filter(({ answers }) => answers.length === this.shown.length));
  }

  /** `name` is what a screen reader calls the item. */
  show({ item }, name, textView) {
    Object.assign(this, { item, textView, inHand: null });
    this.root.dataset.itemId = item.id;
    this.root.setAttribute("aria-label", name);
    this.root.removeAttribute("data-ready");
    this.prompt.show(item.prompt);
    for (const view of this.answers) view.show(answerIn(item, view.slot), textView);
    this.spans = null; // the texts are new, so what is painted on them is
    this.ratings?.restart();
    this.close(false);
    this.bar.say("");
    this.bar.showSelection({});
  }

  /** Markdown or plain: the same item in the other view. */
  reshow(textView) {
    this.textView = textView;
    for (const view of this.answers) view.reshow(answerIn(this.item, view.slot), textView);
    this.showSpans(this.spans ?? []);
  }

  sync(judgement, flags) {
    this.bar.sync(judgement, flags);
    this.ratings?.sync(judgement.ratings);
    this.rationale?.sync(judgement);
    for (const { slot, correction } of this.answers) correction?.sync(judgement.correction[slot]);
    if (this.spans !== judgement.spans) this.showSpans(judgement.spans);
  }

  /** A closed item can be read, but not judged any more. */
  close(closed) {
    const answers = this.answers.flatMap((answer) => answer.editable());
    const parts = [this.bar, this.ratings, this.rationale].filter(Boolean).map(({ root }) => root);
    for (const part of [...parts, ...answers]) part.inert = closed;
    if (!closed) this.showFeedback(null);
  }

  /** What feedback.js says of the judgement, in the place of the choices; null takes it away. */
  showFeedback(words) {
    this.feedback.show(words);
    for (const answer of this.answers) answer.mark(answer.slot === words?.better);
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
    this.paint.point([]);
  }

  placeOf({ slot, start, end }) {
    return { body: this.answers.find((answer) => answer.slot === slot).body, start, end };
  }

  /** The tag that the pointer or the focus is on: it and its evidence stand out. */
  pointOut(index) {
    const span = this.spans?.[index];
    if (!span) return this.paint.point([]);
    this.inHand = index;
    const { evidence_start: start, evidence_end: end } = span;
    const evidence = { body: this.prompt.source.body, start, end };
    return this.paint.point([this.placeOf(span), ...(start >= 0 && end > start ? [evidence] : [])]);
  }

  /** The texts that can be selected: `place` is a slot, or "source". */
  places() {
    const answers = this.answers.map(({ slot, body }) => ({ place: slot, body }));
    return [...answers, { place: "source", body: this.prompt.source.body }];
  }

  /** The text that the focus is on, if it is on one. */
  readingPlace(target) {
    if (target === this.prompt.root && !this.prompt.source.root.hidden) {
      return this.places().at(-1);
    }
    const answer = this.answers.find(({ scroller }) => scroller === target);
    return answer ? { place: answer.slot, body: answer.body } : null;
  }

  selected() {
    return selectedStretch(this.root.getRootNode(), this.places());
  }

  destroy() {
    this.paint.clear();
    this.steady.stop();
    this.root.remove();
  }
}

const cardsOf = (answers) => h("div", { class: "answers" }, answers.map(({ root }) => root));

const answerIn = (item, slot) =>
  item.answers.find((answer) => answer.slot === slot) ?? { text: "", html: null };
