// The item on screen: what each action of the reviewer does to it, up to handing it in.

import { doubtAbout } from "./contradictions.js";
import * as judging from "./judgement.js";
import { tied, toggled } from "./ranking.js";
import { newId } from "./tab.js";
import { Suggesting } from "./suggesting.js";
import { takeOff } from "./suggestions.js";
import { Tagging } from "./tagging.js";

const NEEDS_SEEN = new Set(
  (
    "prefer allBad place tie submit back rate step unrate tag evidence" +
    " acceptSuggestion refuseSuggestion acceptAll refuseAll acceptRatings"
  ).split(" "),
);

export class Turn {
  /** `desk` is the deck: items, clock, drafts, outbox, view, data, lesson, `advance()`, `back()`. */
  constructor(desk) {
    this.desk = desk;
    this.tagging = new Tagging(this);
    this.suggesting = new Suggesting(this);
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
      rank: (ranking) => edit((one) => judging.rank(one, ranking)),
      place: (slot) => this.perform({ type: "place", slot }),
      tie: () => this.perform({ type: "tie" }),
      submit: () => this.perform({ type: "submit" }),
      back: () => this.desk.back(),
      goOn: () => this.desk.lesson.goOn(),
      skip: () => this.desk.perform({ type: "skip" }),
      flag: () => this.desk.perform({ type: "flag" }),
      tag: (category) => this.perform({ type: "tag", category }),
      evidence: () => this.perform({ type: "evidence" }),
      correct: (slot, text) => edit((one) => judging.correct(one, slot, text, this.textOf(slot))),
      giveReason: (reason) => edit((one) => judging.toggleReason(one, reason)),
      rate: (slot, { key }, score) => edit((one) => judging.rate(one, slot, key, score)),
      explain: (text) => edit((one) => judging.explain(one, text)),
      changeSpan: (index, fields) => edit((one) => judging.changeSpan(one, index, fields)),
      removeSpan: (index) => {
        edit((one) => takeOff(one, index, this.suggesting.all));
        this.focus(); // the button that had it is gone
      },
      ...this.suggesting.actions(),
    };
  }

  /** Does an action of keys.js; false where it means nothing here and now. */
  perform(action, focus = {}) {
    if (NEEDS_SEEN.has(action.type) && !this.desk.clock.isOpen()) return true;
    const { at, reading } = focus;
    const steps = {
      prefer: () => this.decide(judging.prefer(this.judgement, action.preference)),
      allBad: () => this.decide(judging.markAllBad(this.judgement)),
      place: () => this.rank(toggled(this.judgement.ranking, action.slot)),
      tie: () => this.rank(tied(this.judgement.ranking)),
      forced: () => this.say("This project wants a choice"),
      submit: () => this.submit(),
      select: () => this.tagging.select(reading, action),
      tag: () => this.tagging.tag(action.category),
      evidence: () => this.tagging.evidence(),
      edit: () => this.edit(reading),
      searchSource: () => this.desk.view.prompt.source.take(),
      rate: () => this.rate(at, action.score),
      unrate: () => this.rate(at, null),
      step: () => this.step(at, action.by),
      outOfScale: () => this.say(`Scores go from ${action.scale.min} to ${action.scale.max}`),
      ...this.suggesting.steps(focus),
      toRatings: () => this.toRatings(),
      leave: () => this.focus(),
    };
    const step = steps[action.type];
    return step ? step() !== false : false;
  }

  /** What keys.js needs to know of the item on screen, if there is one. */
  forKeys() {
    if (!this.entry) return {};
    return { count: this.entry.item.answers.length, assisted: this.suggesting.isAssisted };
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
    const { view, items, progress } = this.desk;
    const { item, submitted } = this.entry;
    view.sync(this.judgement, {
      ready: this.missing() === null,
      canGoBack: !item.training && (items.judged.length > 0 || progress.done() > 0),
      canSkip: !item.training && !submitted,
      revising: submitted !== null,
      suggested: this.suggesting.shown(),
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

  rank(ranking) {
    this.say("");
    this.change(judging.rank(this.judgement, ranking));
  }

  submit() {
    const missing = this.missing();
    if (missing) return this.askFor(missing);
    if (this.doubts()) return true;
    const { item, submitted } = this.entry;
    this.entry.seconds = this.desk.clock.seconds();
    if (item.training) return this.desk.lesson.wait(this.handIn(item, null));
    if (!submitted || !judging.same(submitted, this.judgement)) this.handIn(item, submitted);
    this.desk.items.finish();
    this.desk.advance();
    return true;
  }

  /** Asks once about what seems to contradict itself; a second Enter keeps it. */
  doubts() {
    const labels = Object.fromEntries(this.desk.view.shown.map(({ slot, label }) => [slot, label]));
    const doubt = doubtAbout(this.judgement, labels);
    if (!doubt || this.entry.doubt === doubt) return false;
    this.entry.doubt = doubt;
    this.sync();
    this.focus();
    const best = labels[this.judgement.preference < 0 ? 1 : 2];
    this.say(`You prefer ${best}, but ${doubt}. Press Enter to keep it`);
    return true;
  }

  /** Skips or flags the item, with words; a skipped one goes to others. */
  aside(kind, words) {
    const { items, outbox, data, drafts } = this.desk;
    const { id } = this.entry.item;
    const said = kind === "skip" ? { reason: words } : { text: words };
    outbox.add(
      { submission_id: newId(), item_id: id, ...said },
      { project: data.project, counts: false, kind },
    );
    if (kind === "flag") return this.say("Flagged: the project's leads will see it");
    drafts.forget(id);
    items.drop();
    return this.desk.advance();
  }

  /** Returns the submission's id. */
  handIn(item, submitted) {
    const { outbox, drafts, data } = this.desk;
    const { seconds } = this.entry;
    const suggestions = this.suggesting.counted();
    const ids = { submissionId: newId(), itemId: item.id, seconds, suggestions };
    outbox.add(judging.toSubmission(this.judgement, ids), {
      project: data.project,
      counts: submitted === null,
    });
    drafts.forget(item.id);
    return ids.submissionId;
  }

  askFor({ kind, slot, criterion }) {
    this.sync();
    if (kind === "verdict") {
      this.focus();
      this.say(this.verdictAskedFor());
    } else {
      this.desk.view.ratings.focus(slot, criterion.key);
      this.say(`Please rate ${criterion.title.toLowerCase()} for each answer`);
    }
  }

  verdictAskedFor() {
    if (this.entry.item.answers.length > 2) return "Rank them all: press their digits, best first";
    return this.desk.data.forced ? "Choose with 1 to 7" : "Choose with 1 to 7, or 0 if both are bad";
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

  textOf(slot) {
    return this.entry.item.answers.find((answer) => answer.slot === slot).text;
  }

  /** Opens the correction of the answer in focus, or of the preferred one. */
  edit(reading) {
    const { answers } = this.desk.view;
    const chosen = reading?.place ?? (this.judgement.preference > 0 ? 2 : 1);
    const { correction } = answers.find(({ slot }) => slot === chosen) ?? answers[0];
    correction?.open();
    return Boolean(correction);
  }
}
