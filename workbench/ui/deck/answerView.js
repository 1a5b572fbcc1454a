// One answer: a card whose text scrolls, and beneath it the tags that were put on the text.

import { h, setText } from "./dom.js";

const SEVERITIES = [
  ["", "Severity"],
  ["minor", "Minor"],
  ["major", "Major"],
  ["critical", "Critical"],
];

/** The tags' identity without what is edited in place, so that typing a note keeps its focus. */
const layoutOf = (tags) =>
  JSON.stringify(tags.map(({ span }) => [span.start, span.end, span.category]));

export class AnswerView {
  /** `on.change(index, change)`, `on.remove(index)` and `on.point(index | null)` speak of tags. */
  constructor(slot, label, on) {
    Object.assign(this, { slot, label, on, text: "", layout: "[]" });
    this.body = h("div", { class: "text", dir: "auto", "data-testid": `answer-text-${slot}` });
    this.scroller = h(
      "div",
      { class: "scroll", tabIndex: 0, role: "group", "aria-label": `Text of answer ${label}` },
      this.body,
    );
    this.tags = h("ul", { class: "tags", "aria-label": `Tags on answer ${label}` });
    this.root = h(
      "article",
      { class: "answer", "aria-label": `Answer ${label}`, "data-testid": `answer-${slot}` },
      h("h3", { class: "badge", "aria-hidden": "true" }, label),
      this.scroller,
      this.tags,
    );
  }

  show(text) {
    this.text = text;
    this.body.replaceChildren(document.createTextNode(text));
    this.scroller.scrollTop = 0;
  }

  /** `tags` are `{index, span, category, hue}` of this answer. */
  showTags(tags) {
    const layout = layoutOf(tags);
    if (layout === this.layout) return;
    this.layout = layout;
    this.tags.replaceChildren(...tags.map((tag) => this.tagView(tag)));
  }

  tagView({ index, span, category, hue }) {
    const title = category?.title ?? span.category;
    const point = (at) => () => this.on.point(at);
    return h(
      "li",
      {
        class: "tag",
        "data-hue": String(hue),
        "data-testid": "tag",
        onpointerenter: point(index),
        onpointerleave: point(null),
        onfocusin: point(index),
        onfocusout: point(null),
      },
      h("b", { title: category?.description }, title),
      h("q", { dir: "auto" }, span.quote),
      category?.severity ? this.severityView(index, span) : null,
      h("input", {
        class: "note",
        type: "text",
        placeholder: "Note",
        "aria-label": `Note on ${title}`,
        value: span.note ?? "",
        oninput: (event) => this.on.change(index, { note: event.target.value }),
      }),
      h(
        "button",
        {
          class: "icon",
          type: "button",
          "aria-label": `Remove ${title}: ${span.quote}`,
          "data-testid": "remove-tag",
          onclick: () => this.on.remove(index),
        },
        "×",
      ),
    );
  }

  severityView(index, span) {
    const options = SEVERITIES.map(([value, text]) => {
      const option = h("option", { value });
      setText(option, text);
      return option;
    });
    const change = (event) => this.on.change(index, { severity: event.target.value || null });
    const select = h("select", { "aria-label": "Severity", onchange: change }, options);
    select.value = span.severity ?? "";
    return select;
  }
}
