// One answer: a card whose text scrolls, beneath it the tags that were put on the text, and the
// place where it can be corrected.

import { CorrectionView } from "./correctionView.js";
import { h, topOf } from "./dom.js";
import { tagView } from "./tagView.js";
import { TextBody } from "./textBody.js";

/** The tags' identity without what is edited in place, so that typing a note keeps its focus. */
const layoutOf = (tags) =>
  JSON.stringify(
    tags.map(({ span }) => [span.start, span.end, span.category, span.evidence_start]),
  );

export class AnswerView {
  /** `on` has `change(index, change)`, `remove(index)`, `point(index | null)` for tags, `correct(text)`. */
  constructor({ slot, label, corrects, on }) {
    Object.assign(this, { slot, label, on, layout: "[]" });
    this.body = new TextBody({ "data-testid": `answer-text-${slot}` });
    this.scroller = h(
      "div",
      { class: "scroll", tabIndex: 0, role: "group", "aria-label": `Text of answer ${label}` },
      this.body.element,
    );
    this.toTop = topOf(this.scroller);
    this.tags = h("ul", { class: "tags", "aria-label": `Tags on answer ${label}` });
    this.correction = corrects ? new CorrectionView({ slot, label, onEdit: on.correct }) : null;
    this.better = h("span", { class: "better", hidden: true }, "✓ Agreed to be better");
    this.root = h(
      "article",
      { class: "answer", "aria-label": `Answer ${label}`, "data-testid": `answer-${slot}` },
      h("h3", { class: "badge", "aria-hidden": "true" }, label, this.better, this.correction?.button),
      this.scroller,
      this.correction?.root,
      this.tags,
    );
  }

  show(answer, view) {
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
    const { correction, tags } = this;
    return correction ? [tags, correction.root, correction.button] : [tags];
  }

  /** `tags` are `{index, span, category, hue}` of this answer. */
  showTags(tags) {
    const layout = layoutOf(tags);
    if (layout === this.layout) return;
    this.layout = layout;
    this.tags.replaceChildren(...tags.map((tag) => tagView(tag, this.on)));
  }
}
