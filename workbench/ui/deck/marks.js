// Tags and suggestions on the answers of an item: listed beneath them and painted on their texts.

import { TagPaint } from "./paint.js";
import { matches } from "./suggestions.js";

const NOTHING = { spans: [], ratings: [] };

export class Marks {
  /** `source` is the body of the source text, for evidence. */
  constructor({ categories, answers, source }) {
    Object.assign(this, { answers, source, inHand: null });
    this.categories = new Map(categories.map((category) => [category.key, category]));
    this.paint = new TagPaint();
    this.restart();
  }

  /** A new item: its texts are new, so what is painted on them is. */
  restart() {
    Object.assign(this, { spans: [], suggested: NOTHING, seen: [], inHand: null });
  }

  /** `pointed` is the key of the suggestion in hand, or null. */
  sync({ spans, refused }, suggested = NOTHING, pointed = null) {
    const now = [spans, refused, pointed];
    if (now.every((one, at) => one === this.seen[at])) return;
    Object.assign(this, { spans, suggested, refused, pointed, seen: now });
    this.show();
  }

  show() {
    const { suggested, spans } = this;
    const taken = matches(suggested.spans, spans);
    const origins = new Set(taken.values());
    const tags = spans.map((span, index) => this.tag(span, index, origins.has(index)));
    const offers = suggested.spans.filter(({ key }) => !taken.has(key)).map((one) => this.offer(one));
    // What was suggested keeps its place when it is answered.
    const first = suggested.spans.map(
      ({ key }) => tags[taken.get(key)] ?? offers.find(({ offered }) => offered.key === key),
    );
    this.list([...first, ...tags.filter(({ index }) => !origins.has(index))]);
    this.paint.show(tags.map((one) => this.painted(one.span, one.hue)));
    const open = offers.filter(({ refused }) => !refused);
    this.paint.suggest(open.map((one) => this.painted(one.offered, one.hue)));
    this.pointAt(null);
  }

  list(marks) {
    for (const answer of this.answers) {
      answer.showMarks(marks.filter(({ slot }) => slot === answer.slot));
    }
  }

  /** Suggestions on one answer as they are listed once they are taken. */
  asTags(suggested, slot) {
    const own = suggested.filter((one) => one.slot === slot);
    return own.map((one, index) => this.tag(one, index, true));
  }

  painted(span, hue) {
    return { ...this.placeOf(span), hue };
  }

  /** One that came of a suggestion may still change its category. */
  tag(span, index, suggested) {
    const category = this.categories.get(span.category);
    const choices = suggested ? [...this.categories.values()] : null;
    return { slot: span.slot, index, span, category, choices, hue: category?.hue ?? 0 };
  }

  offer(offered) {
    const category = this.categories.get(offered.category);
    const refused = this.refused.includes(offered.key);
    const current = offered.key === this.pointed;
    return { slot: offered.slot, offered, category, refused, current, hue: category.hue };
  }

  placeOf({ slot, start, end }) {
    return { body: this.answers.find((answer) => answer.slot === slot).body, start, end };
  }

  /** The tag that the pointer or the focus is on: it and its evidence stand out. */
  pointOut(index) {
    const span = this.spans[index];
    if (!span) return this.pointAt(this.pointed);
    this.inHand = index;
    const { evidence_start: start, evidence_end: end } = span;
    const evidence = { body: this.source, start, end };
    return this.paint.point([this.placeOf(span), ...(start >= 0 && end > start ? [evidence] : [])]);
  }

  /** The suggestion that the pointer is on, or that is in hand. */
  pointAt(key) {
    const one = this.suggested.spans.find((other) => other.key === (key ?? this.pointed));
    this.paint.point(one ? [this.placeOf(one)] : []);
  }
}
