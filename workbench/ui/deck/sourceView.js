// The source text of a prompt: a panel of its own that can be searched, and selected for evidence.

import { h, keycap, setText } from "./dom.js";
import { pointsFromUnits } from "./offsets.js";
import { TextBody } from "./textBody.js";

const MOST_FOUND = 500;

/** The stretches where `wanted` stands in `text`, whatever the case, in code points; pure. */
export function occurrences(text, wanted) {
  const [hay, needle] = [text.toLowerCase(), wanted.trim().toLowerCase()];
  if (!needle || hay.length !== text.length) return [];
  const found = [];
  let [at, point, counted] = [hay.indexOf(needle), 0, 0];
  const length = pointsFromUnits(needle, needle.length);
  for (; at >= 0 && found.length < MOST_FOUND; at = hay.indexOf(needle, at + needle.length)) {
    point += pointsFromUnits(text.slice(counted, at), at - counted);
    counted = at;
    found.push({ start: point, end: point + length });
  }
  return found;
}

export class SourceView {
  /** `onFound(stretches)` follows a search: `{body, start, end}` each. */
  constructor(onFound) {
    Object.assign(this, { onFound, found: [], at: 0 });
    this.body = new TextBody();
    this.field = h("input", {
      type: "search",
      placeholder: "Search the source",
      "aria-label": "Search the source text",
      "data-testid": "search-source",
      oninput: () => this.search(),
      onkeydown: (event) => event.key === "Enter" && this.next(event.shiftKey ? -1 : 1),
    });
    this.count = h("small", { role: "status" });
    this.root = h(
      "aside",
      { class: "source", hidden: true, "aria-label": "Source text", "data-testid": "context" },
      h("header", {}, h("h3", { class: "eyebrow" }, "Source text"), this.count, this.field, keycap("/")),
      this.body.element,
    );
  }

  show(context, enough) {
    this.root.hidden = !context;
    this.body.show({ text: (context ?? "").slice(0, enough) });
    if (this.field.value) this.search();
  }

  /** The field takes the focus; false where there is no source. */
  take() {
    if (this.root.hidden) return false;
    this.field.select();
    this.field.focus();
    return true;
  }

  search() {
    const found = occurrences(this.body.text, this.field.value);
    this.found = found.map((one) => ({ body: this.body, ...one }));
    this.at = 0;
    this.tell();
  }

  next(by) {
    if (this.found.length === 0) return;
    this.at = (this.at + by + this.found.length) % this.found.length;
    this.tell();
  }

  tell() {
    const some = this.found.length > 0;
    const words = some ? `${this.at + 1} of ${this.found.length}` : "not found";
    setText(this.count, this.field.value.trim() ? words : "");
    this.onFound(this.found);
    const here = some && this.body.rangeOf(this.found[this.at].start, this.found[this.at].end);
    if (here) here.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  }
}
