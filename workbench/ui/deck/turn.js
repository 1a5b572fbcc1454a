// The item on screen: what each action of the reviewer does to it, up to handing it in.

import * as judging from "./judgement.js";
import { clearSelection } from "./selection.js";
import { newId } from "./tab.js";

const NEEDS_SEEN = new Set(["prefer", "allBad", "submit", "back", "rate", "step", "unrate", "tag"]);

export class Turn {
  /** `desk` is the deck: items, clock, drafts, outbox, view, data, `advance()` and `back()`. */
  constructor(desk) {
    this.desk = desk;
  }

  get entry() {
    return this.desk.items.current;
  }

  get judgement() {
    return this.entry.judgement;
  }

  /** What the views may ask for. */
  actions() {
    const edit = (change) => this.change(change(this.judgement));
    return {
      prefer: (preference) => this.perform({ type: "prefer", preference }),
      allBad: () => this.perform({ type: "allBad" }),
      submit: () => this.perform({ type: "submit" }),
      back: () => this.desk.back(),
      tag: (category) => this.perform({ type: "tag", category }),
      rate: (slot, { key }, score) => edit((one) => judging.rate(one, slot, key, score)),
      explain: (text) => edit((one) => judging.explain(one, text)),
      changeSpan: (index, fields) => edit((one) => judging.changeSpan(one, index, fields)),
      removeSpan: (index) => {
        edit((one) => judging.removeSpan(one, index));
        this.focus(); // the button that had it is gone
      },
    };
  }

  /** Does an action of keys.js; false where it means nothing here and now. */
  perform(action, focus = {}) {
    if (NEEDS_SEEN.has(action.type) && !this.desk.clock.isOpen()) return true;
    const { at } = focus;
    const steps = {
      prefer: () => this.decide(judging.prefer(this.judgement, action.preference)),
      allBad: () => this.decide(judging.markAllBad(this.judgement)),
      submit: () => this.submit(),
      tag: () => this.tag(action.category),
      rate: () => this.rate(at, action.score),
      unrate: () => this.rate(at, null),
      step: () => this.step(at, action.by),
      outOfScale: () => this.say(`Scores go from ${action.scale.min} to ${action.scale.max}`),
      toRatings: () => this.toRatings(),
      leave: () => this.focus(),
    };
    const step = steps[action.type];
    return step ? step() !== false : false;
  }

  say(text) {
    this.desk.view.bar.say(text);
  }

  focus() {
    this.desk.view.root.focus({ preventScroll: true });
  }

  change(judgement) {
    this.entry.judgement = judgement;
    this.sync();
    if (!this.entry.submitted) this.saveDraft();
  }

  saveDraft() {
    const draft = judging.toDraft(this.judgement, this.desk.clock.seconds());
    this.desk.drafts.changed(this.entry.item.id, draft);
  }

  sync() {
    const { view, items } = this.desk;
    view.sync(this.judgement, {
      ready: this.missing() === null,
      canGoBack: items.judged.length > 0,
      revising: this.entry.submitted !== null,
    });
  }

  missing() {
    const { asks, rubric } = this.desk.data;
    const slots = this.entry.item.answers.map(({ slot }) => slot);
    return judging.firstMissing(this.judgement, { asks, rubric, slots });
  }

  /** A verdict; where the project asks for nothing else, it hands the item in. */
  decide(judgement) {
    this.say("");
    if (this.desk.data.asks.confirm) this.change(judgement);
    else {
      this.entry.judgement = judgement;
      this.submit();
    }
  }

  submit() {
    const missing = this.missing();
    if (missing) return this.askFor(missing);
    const { item, submitted } = this.entry;
    this.entry.seconds = this.desk.clock.seconds();
    if (!submitted || !judging.same(submitted, this.judgement)) this.handIn(item, submitted);
    this.desk.items.finish();
    this.desk.advance();
    return true;
  }

  handIn(item, submitted) {
    const { outbox, drafts, data } = this.desk;
    const { seconds } = this.entry;
    const ids = { submissionId: newId(), itemId: item.id, seconds };
    outbox.add(judging.toSubmission(this.judgement, ids), {
      project: data.project,
      counts: submitted === null,
    });
    drafts.forget(item.id);
  }

  askFor({ kind, slot, criterion }) {
    this.sync();
    if (kind === "verdict") {
      this.focus();
      this.say("Choose with 1 to 7, or 0 if both are bad");
    } else {
      this.desk.view.ratings.focus(slot, criterion.key);
      this.say(`Please rate ${criterion.title.toLowerCase()} for both answers`);
    }
  }

  rate({ slot, criterion }, score) {
    this.say("");
    this.change(judging.rate(this.judgement, slot, criterion.key, score));
    this.desk.view.ratings.focus(slot, criterion.key);
  }

  step(scale, by) {
    const { slot, criterion } = scale;
    const score = this.judgement.ratings[slot]?.[criterion.key];
    const wished = score === undefined ? criterion.min : score + by;
    this.rate(scale, Math.min(criterion.max, Math.max(criterion.min, wished)));
  }

  toRatings() {
    const { ratings } = this.desk.view;
    if (!ratings) return false;
    ratings.focusFirstOpen(this.judgement.ratings);
    return true;
  }

  tag(category) {
    const stretch = this.desk.view.selected();
    if (!stretch) return this.say("Select some text of an answer first");
    const { slot, start, end, quote } = stretch;
    this.change(judging.addSpan(this.judgement, { slot, message: 0, start, end, quote, category }));
    const { title } = this.desk.view.categories.get(category);
    this.say(`Tagged as ${title}`);
    clearSelection();
    return true;
  }
}
