// A text on screen, plain or as Markdown, in which places of the stored text can be found again.
// The HTML comes from the server's renderer and sanitiser; all other text enters as text.

import { h } from "./dom.js";
import { leafOf, placeOf, pointIn, stretchBetween } from "./leaves.js";

const LONG = 5_000; // characters: more than fits without scrolling
const SHELF = 20; // blocks

export class TextBody {
  constructor(attributes = {}) {
    this.element = h("div", { class: "text", dir: "auto", ...attributes });
    this.text = "";
    this.spans = null;
  }

  /** `html` null means that the text cannot be shown as Markdown. */
  show({ text, html = null }, view = "plain") {
    this.text = text;
    this.view = html !== null && view === "markdown" ? "markdown" : "plain";
    this.spans = null;
    this.element.classList.toggle("markdown", this.view === "markdown");
    if (this.view === "markdown") this.element.innerHTML = html;
    else this.element.replaceChildren(h("span", { "data-s": "0" }, text));
    if (this.view === "markdown" && text.length > LONG) this.shelve();
  }

  /** Puts a long text's blocks on shelves: those out of sight cost nothing while scrolling. */
  shelve() {
    const blocks = [...this.element.children];
    const shelves = [];
    for (let at = 0; at < blocks.length; at += SHELF) {
      shelves.push(h("div", { class: "shelf" }, blocks.slice(at, at + SHELF)));
    }
    this.element.replaceChildren(...shelves);
  }

  /** Looked up when first needed: most texts are only read. */
  index() {
    if (this.spans) return;
    this.spans = [...this.element.querySelectorAll("[data-s]")];
    this.leaves = this.spans.map(({ dataset, textContent }) =>
      leafOf(Number(dataset.s), dataset.e === undefined ? null : Number(dataset.e), textContent),
    );
  }

  contains(node) {
    return this.element.contains(node);
  }

  /** The part of the page that shows the stored text from `start` to `end`, or null. */
  rangeOf(start, end) {
    this.index();
    const [from, to] = [placeOf(this.leaves, start), placeOf(this.leaves, end, true)];
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(...this.spot(from));
    range.setEnd(...this.spot(to));
    return range;
  }

  spot({ index, unit }) {
    const node = this.spans[index].firstChild;
    return node ? [node, unit] : [this.spans[index], 0];
  }

  /** `{start, end, quote}` of what a range covers of this text, or null. */
  stretchIn(range) {
    this.index();
    const touched = this.spans.map((span) => range.intersectsNode(span));
    const [first, last] = [touched.indexOf(true), touched.lastIndexOf(true)];
    if (first < 0) return null;
    const start = this.edge(first, range.startContainer, range.startOffset, false);
    const end = this.edge(last, range.endContainer, range.endOffset, true);
    return end > start ? stretchBetween(this.text, start, end) : null;
  }

  edge(index, container, offset, atEnd) {
    const [span, leaf] = [this.spans[index], this.leaves[index]];
    if (!span.contains(container)) return atEnd ? leaf.end : leaf.start;
    const unit = container === span ? (offset > 0 ? leaf.text.length : 0) : offset;
    return pointIn(leaf, unit, atEnd);
  }
}
