// Everything of one item on screen: prompt, answers, ratings, rationale and the action bar. It is
// built once for a number of answers; a new item only changes its texts.

import { AnswerView } from "./answerView.js";
import { BarView } from "./barView.js";
import { h } from "./dom.js";
import { FeedbackView } from "./feedbackView.js";
import { Marks } from "./marks.js";
import { PromptView } from "./promptView.js";
import { RatingsView } from "./ratingsView.js";
import { RationaleView } from "./rationaleView.js";
import { selectedStretch } from "./selection.js";
import { SteadyHeights } from "./steady.js";
import { suggestedOn } from "./suggestions.js";

const LABELS = "ABCDEFGH";
const MEASURED_AS_MARKDOWN = 5_000; // characters

/** The answers of an item of `count`: `{slot, label}` each; pure. */
export const answersOf = (count) =>
  Array.from({ length: count }, (_, at) => ({ slot: at + 1, label: LABELS[at] }));

export class ItemView {
  /** `on` has the bar's actions and `rate`, `explain`, `giveReason`, `correct`, `changeSpan`, … */
  constructor({ count, asks, rubric, categories, reasons, forced, on }) {
    Object.assign(this, { asks, rubric, categories, on });
    this.shown = answersOf(count);
    this.prompt = new PromptView({ onFound: (found) => this.marks.paint.find(found) });
    this.answers = this.shown.map((one) => this.answerView(one));
    const source = this.prompt.source.body;
    this.marks = new Marks({ categories, answers: this.answers, source });
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
      const suggested = this.suggestedOn(item);
      for (const view of answers) {
        const { text, html } = answerIn(item, view.slot);
        const short = text.length <= MEASURED_AS_MARKDOWN;
        view.show({ text: text.slice(0, enough), html: short ? html : null }, this.textView);
        view.showMarks(this.marks.asTags(suggested.spans, view.slot)); // room for taking them all
        view.showOffer(suggested, suggested);
      }
    };
    const places = [this.prompt.root, this.cards];
    return new SteadyHeights({ places, ghosts: [prompt.root, cards], fill });
  }

  suggestedOn(item) {
    const { asks, rubric, categories } = this;
    return suggestedOn(item, { asks, rubric, taxonomy: { categories } });
  }

  answerView({ slot, label }, on = this.on) {
    return new AnswerView({
      slot,
      label,
      corrects: this.asks.correction,
      on: {
        change: on.changeSpan,
        remove: on.removeSpan,
        point: (index) => this.marks.pointOut(index),
        correct: (text) => on.correct?.(slot, text),
        suggested: {
          accept: on.acceptSuggestion,
          refuse: on.refuseSuggestion,
          point: (key) => this.marks.pointAt(key),
          acceptAll: () => on.acceptAll(slot),
          refuseAll: () => on.refuseAll(slot),
          acceptRatings: () => on.acceptRatings(slot),
        },
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
    Object.assign(this, { item, textView });
    this.root.dataset.itemId = item.id;
    this.root.setAttribute("aria-label", name);
    this.root.removeAttribute("data-ready");
    this.prompt.show(item.prompt);
    for (const view of this.answers) view.show(answerIn(item, view.slot), textView);
    this.marks.restart();
    this.ratings?.restart();
    this.close(false);
    this.bar.say("");
    this.bar.showSelection({});
  }

  /** Markdown or plain: the same item in the other view. */
  reshow(textView) {
    this.textView = textView;
    for (const view of this.answers) view.reshow(answerIn(this.item, view.slot), textView);
    this.marks.show();
  }

  sync(judgement, flags) {
    const { all, open, inHand } = flags.suggested;
    this.bar.sync(judgement, flags);
    this.ratings?.sync(judgement.ratings, all.ratings);
    this.rationale?.sync(judgement);
    for (const { slot, correction } of this.answers) correction?.sync(judgement.correction[slot]);
    for (const answer of this.answers) answer.showOffer(all, open);
    this.marks.sync(judgement, all, inHand?.key);
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
    this.marks.paint.clear();
    this.steady.stop();
    this.root.remove();
  }
}

const cardsOf = (answers) => h("div", { class: "answers" }, answers.map(({ root }) => root));

const answerIn = (item, slot) =>
  item.answers.find((answer) => answer.slot === slot) ?? { text: "", html: null };
