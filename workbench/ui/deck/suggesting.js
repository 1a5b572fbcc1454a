// Answering suggestions: going to the next one, accepting and refusing it, or all of an answer.

import * as suggestions from "./suggestions.js";

export class Suggesting {
  /** `turn` is the item on screen: its judgement, its view, `change()` and `say()`. */
  constructor(turn) {
    this.turn = turn;
    this.hand = null;
  }

  get view() {
    return this.turn.desk.view;
  }

  get all() {
    return suggestions.suggestedOn(this.turn.entry.item, this.turn.desk.data);
  }

  get isAssisted() {
    return suggestions.isAssisted(this.all);
  }

  get open() {
    return suggestions.openIn(this.turn.judgement, this.all);
  }

  /** The suggestion that was gone to and is not answered yet, or null. */
  get inHand() {
    if (this.hand?.entry !== this.turn.entry) return null;
    return this.open.spans.find(({ key }) => key === this.hand.key) ?? null;
  }

  /** What the views show of them. */
  shown() {
    const { all, open } = this;
    return { all, open, inHand: this.inHand };
  }

  /** For the submission; undefined where nothing is suggested. */
  counted() {
    return this.isAssisted ? suggestions.counted(this.turn.judgement, this.all) : undefined;
  }

  /** What the views may ask for. */
  actions() {
    const action = (step) => (which) => {
      if (!this.turn.desk.clock.isOpen()) return;
      step(which);
      this.turn.focus(); // the button that had it is gone, or off
    };
    return {
      acceptSuggestion: action((key) => this.accept(this.find(key))),
      refuseSuggestion: action((key) => this.refuse(this.find(key))),
      acceptAll: action((slot) => this.acceptAll(slot)),
      refuseAll: action((slot) => this.refuseAll(slot)),
      acceptRatings: action((slot) => this.acceptRatings(slot)),
    };
  }

  /** What the actions of keys.js do; each returns false where nothing is suggested. */
  steps({ at, reading }) {
    const { isAssisted } = this;
    const step = (act) => () => isAssisted && act() !== false;
    return {
      nextSuggestion: step(() => this.next()),
      acceptSuggestion: step(() => this.answer((one) => this.accept(one))),
      refuseSuggestion: step(() => this.answer((one) => this.refuse(one))),
      acceptAll: step(() => this.answerAll(reading, (slot) => this.acceptAll(slot))),
      refuseAll: step(() => this.answerAll(reading, (slot) => this.refuseAll(slot))),
      acceptRatings: step(() => this.acceptRatings(at.slot)),
    };
  }

  find(key) {
    return this.all.spans.find((one) => one.key === key);
  }

  /** The next one that is open, after the one gone to last; round to the first. */
  next() {
    const { all, open } = this;
    if (open.spans.length === 0) return this.nothingLeft(open);
    const isOpen = ({ key }) => open.spans.some((one) => one.key === key);
    const last = this.hand?.entry === this.turn.entry ? this.hand.key : null;
    const after = all.spans.slice(all.spans.findIndex(({ key }) => key === last) + 1);
    return this.goTo(after.find(isOpen) ?? open.spans[0]);
  }

  nothingLeft({ ratings }) {
    const waiting = "No suggested tag is left; in a rating row A accepts the answer's scores";
    return this.turn.say(ratings.length ? waiting : "No suggestion is left");
  }

  goTo(one) {
    this.hand = { entry: this.turn.entry, key: one.key };
    const answer = this.view.answers.find(({ slot }) => slot === one.slot);
    answer.bringUp(one, this.view.bar.root.getBoundingClientRect().top);
    this.turn.sync();
    this.turn.say(""); // the bar says what is in hand
  }

  /** Without one in hand, the next one is looked at first. */
  answer(act) {
    const one = this.inHand;
    if (!one) return this.next();
    return act(one);
  }

  /** Of the answer with the suggestion in hand, or whose text has the focus. */
  answerAll(reading, act) {
    const slot = this.inHand?.slot ?? reading?.place;
    return typeof slot === "number" ? act(slot) : this.next();
  }

  accept(one) {
    this.turn.change(this.taking(this.turn.judgement, one));
    const { spans } = this.turn.judgement;
    this.view.marks.inHand = suggestions.matches([one], spans).get(one.key); // evidence is for it
  }

  refuse(one) {
    this.turn.change(suggestions.refuse(this.turn.judgement, one));
  }

  taking(judgement, one) {
    const { view } = this.view.answers.find(({ slot }) => slot === one.slot).body;
    return suggestions.accept(judgement, one, view);
  }

  of(slot) {
    const { spans, ratings } = this.open;
    const isIts = (one) => one.slot === slot;
    return { spans: spans.filter(isIts), ratings: ratings.filter(isIts) };
  }

  acceptAll(slot) {
    const { spans, ratings } = this.of(slot);
    const tagged = spans.reduce((now, one) => this.taking(now, one), this.turn.judgement);
    this.turn.change(suggestions.acceptRatings(tagged, ratings));
  }

  refuseAll(slot) {
    this.turn.change(this.of(slot).spans.reduce(suggestions.refuse, this.turn.judgement));
  }

  acceptRatings(slot) {
    this.turn.change(suggestions.acceptRatings(this.turn.judgement, this.of(slot).ratings));
  }
}
