// Paints stretches of text with the CSS Custom Highlight API: the text itself stays untouched, and
// what overlaps shines through. The colours are in deck.css.

export const HUES = 8;

export class TagPaint {
  constructor() {
    this.painted = [];
    this.suggested = [];
    this.strong = [];
    this.found = [];
  }

  /** `tags` are `{body, start, end, hue}` in places of the body's stored text. */
  show(tags) {
    repaint(this.painted, tags.map((tag) => [`workbench-tag-${tag.hue % HUES}`, tag]));
  }

  /** Those that are only suggested, in the same terms. */
  suggest(tags) {
    const named = (tag) => [`workbench-suggested-${tag.hue % HUES}`, tag];
    repaint(this.suggested, tags.map(named));
  }

  /** Points stretches out: a tag and its evidence. */
  point(stretches) {
    repaint(this.strong, stretches.map((one) => ["workbench-tag-pointed", one]));
  }

  /** What a search has found. */
  find(stretches) {
    repaint(this.found, stretches.map((one) => ["workbench-found", one]));
  }

  clear() {
    for (const list of [this.painted, this.suggested, this.strong, this.found]) repaint(list, []);
  }
}

/** Takes out what a list has painted, and paints anew. */
function repaint(list, stretches) {
  for (const undo of list) undo();
  list.splice(0, list.length, ...stretches.map(([name, one]) => paintOne(name, one)));
}

/** Adds a range to the document's highlight of that name; the returned function takes it out. */
function paintOne(name, { body, start, end }) {
  const registry = globalThis.CSS?.highlights;
  const range = registry ? body.rangeOf(start, end) : null;
  if (!range) return () => {};
  if (!registry.has(name)) {
    const highlight = new Highlight();
    highlight.priority = name.startsWith("workbench-tag-p") ? 1 : 0;
    registry.set(name, highlight);
  }
  registry.get(name).add(range);
  return () => registry.get(name)?.delete(range);
}
