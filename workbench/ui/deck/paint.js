// Paints tags over the answers with the CSS Custom Highlight API: the text itself stays untouched,
// and overlapping tags shine through each other. The colours are in deck.css.

import { unitsFromPoints } from "./offsets.js";

export const HUES = 8;

export class TagPaint {
  constructor() {
    this.painted = [];
    this.strong = [];
  }

  /** `tags` are `{body, text, start, end, hue}` in code points of `text`. */
  show(tags) {
    this.erase(this.painted);
    this.painted = tags.map((tag) => paintOne(`workbench-tag-${tag.hue % HUES}`, tag));
  }

  /** Points one tag out, or none. */
  point(tag) {
    this.erase(this.strong);
    this.strong = tag ? [paintOne("workbench-tag-pointed", tag)] : [];
  }

  clear() {
    this.erase(this.painted);
    this.erase(this.strong);
  }

  erase(list) {
    for (const undo of list) undo();
    list.length = 0;
  }
}

/** Adds a range to the document's highlight of that name; the returned function takes it out. */
function paintOne(name, { body, text, start, end }) {
  const registry = globalThis.CSS?.highlights;
  const node = body.firstChild;
  if (!registry || !node) return () => {};
  const range = document.createRange();
  range.setStart(node, unitsFromPoints(text, start));
  range.setEnd(node, unitsFromPoints(text, end));
  if (!registry.has(name)) {
    const highlight = new Highlight();
    highlight.priority = name.endsWith("pointed") ? 1 : 0;
    registry.set(name, highlight);
  }
  registry.get(name).add(range);
  return () => registry.get(name)?.delete(range);
}
