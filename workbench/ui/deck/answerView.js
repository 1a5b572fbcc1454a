// One answer: a card whose text scrolls, beneath it the tags that were put on the text, and the
// place where it can be corrected.

import { CorrectionView } from "./correctionView.js";
import { h, topOf } from "./dom.js";
import { OfferView, suggestionView } from "./suggestionView.js";
import { tagView } from "./tagView.js";
import { TextBody } from "./textBody.js";

/** The marks' identity without what is edited in place, so that typing a note keeps its focus. */
const layoutOf = (marks) =>
  JSON.stringify(
    marks.map(({ span, choices, offered, refused, current, index }) =>
      span
        ? [index, span.start, span.end, span.category, span.evidence_start, choices !== null]
        : [offered.key, refused, current],
    ),
  );

export class AnswerView {
  /**
   * `on` has `change(index, change)`, `remove(index)`, `point(index | null)` for tags, `correct(text)`,
   * and `suggested` with `accept(key)`, `refuse(key)`, `point(key | null)` and what answers all.
   */
  constructor({ slot, label, corrects, on }) {
    Object.assign(this, { slot, label, on, layout: null });
    this.body = new TextBody({ "data-testid": `answer-text-${slot}` });
    this.scroller = h(
      "div",
      { class: "scroll", tabIndex: 0, role: "group", "aria-label": `Text of answer ${label}` },
      this.body.element,
    );
    this.toTop = topOf(this.scroller);
    this.offer = new OfferView({ slot, label, on: on.suggested });
    this.tags = h("ul", { class: "tags", "aria-label": `Tags on answer ${label}` });
    this.correction = corrects ? new CorrectionView({ slot, label, onEdit: on.correct }) : null;
    this.better = h("span", { class: "better", hidden: true }, "✓ Agreed to be better");
    this.root = h(
      "article",
      { class: "answer", "aria-label": `Answer ${label}`, "data-testid": `answer-${slot}` },
      h("h3", { class: "badge", "aria-hidden": "true" }, label, this.better, this.correction?.button),
      this.scroller,
      this.correction?.root,
      this.offer.root,
      this.tags,
    );
  }

  show(answer, view) {
    this.layout = null;
    this.body.show(answer, view);
    this.toTop();
    this.correction?.start(answer.text);
  }

  /** The other view of the same text; the place that was read stays where it is, roughly. */
  reshow(answer, view) {
    const share = this.scroller.scrollTop / Math.max(1, this.scroller.scrollHeight);
    this.body.show(answer, view);
    this.scroller.scrollTop = share * this.scroller.scrollHeight;
  }

  /** Shows that this is the answer that was agreed to be better; it stays readable, no more. */
  mark(better) {
    this.better.hidden = !better;
    this.root.toggleAttribute("data-better", better);
  }

  /** What can be changed, and is closed once the item is judged for good. */
  editable() {
    const { correction, offer, tags } = this;
    const always = [offer.root, tags];
    return correction ? [...always, correction.root, correction.button] : always;
  }

  /** `marks` are those of marks.js on this answer: tags and suggestions. */
  showMarks(marks) {
    const layout = layoutOf(marks);
    if (layout === this.layout) return;
    this.layout = layout;
    const { on } = this;
    const views = marks.map((one) => (one.span ? tagView(one, on) : suggestionView(one, on.suggested)));
    this.tags.replaceChildren(...views);
  }

  /** What is suggested for this answer, and what of it is open. */
  showOffer(all, open) {
    const own = ({ spans, ratings }) => {
      const isOwn = ({ slot }) => slot === this.slot;
      return { spans: spans.filter(isOwn), ratings: ratings.filter(isOwn) };
    };
    this.offer.sync(own(all), own(open));
  }

  /** Focuses the text and brings a stretch of it into view, above `floor` on the screen. */
  bringUp({ start, end }, floor) {
    this.scroller.focus({ preventScroll: true });
    const stretch = this.body.rangeOf(start, end)?.getBoundingClientRect();
    if (!stretch) return;
    const { top, bottom, height } = this.scroller.getBoundingClientRect();
    const inside = stretch.top >= top && stretch.bottom <= bottom;
    const by = inside ? 0 : stretch.top - top - height / 3;
    if (by !== 0) this.scroller.scrollTop += by;
    if (stretch.top - by < 0) this.root.scrollIntoView({ block: "start" });
    else if (stretch.bottom - by > floor) this.root.scrollIntoView({ block: "end" });
  }
}
