// What is suggested for an answer, beneath it: one line for each stretch of text, and on top of them
// what answers all at once. A line that is accepted becomes a tag's; one refused stays, struck out.

import { h, keycap } from "./dom.js";

const keepFocus = (event) => event.preventDefault();

/** `mark` is `{offered, category, refused, current, hue}`; `on` has `accept`, `refuse`, `point`. */
export function suggestionView({ offered, category, refused, current, hue }, on) {
  const words = `${category.title}: ${offered.quote}`;
  const point = (key) => () => on.point(key);
  return h(
    "li",
    {
      class: "tag suggestion",
      "data-hue": String(hue),
      "data-testid": "suggestion",
      "data-refused": refused,
      "data-current": current,
      onpointerenter: point(offered.key),
      onpointerleave: point(null),
    },
    h("b", { title: category.description }, category.title),
    h("q", { dir: "auto" }, offered.quote),
    h("small", {}, refused ? "refused" : "suggested"),
    button("✓", `Accept ${words}`, "accept", () => on.accept(offered.key)),
    button("×", `Refuse ${words}`, "refuse", () => on.refuse(offered.key), refused),
  );
}

const button = (sign, label, testid, onclick, disabled = false) =>
  h("button", {
    class: "icon",
    type: "button",
    "aria-label": label,
    "data-testid": testid,
    disabled,
    onclick,
    onpointerdown: keepFocus,
  }, sign);

export class OfferView {
  /** `on` has `acceptAll()`, `refuseAll()`, `acceptRatings()`. */
  constructor({ slot, label, on }) {
    const make = (words, key, name) =>
      h(
        "button",
        {
          class: "quiet",
          type: "button",
          "data-testid": `${name}-${slot}`,
          onclick: () => on[name](),
          onpointerdown: keepFocus,
        },
        words,
        key && keycap(key),
      );
    this.acceptAll = make("Accept all", "⇧A", "acceptAll");
    this.refuseAll = make("Refuse all", "⇧X", "refuseAll");
    this.ratings = make("Accept ratings", null, "acceptRatings");
    this.root = h(
      "div",
      { class: "offer", role: "group", "aria-label": `Suggestions on answer ${label}`, hidden: true },
      h("span", {}, "Suggested"),
      this.acceptAll,
      this.refuseAll,
      this.ratings,
    );
  }

  /** `all` and `open` are the spans and ratings suggested for this answer, and those not answered. */
  sync(all, open) {
    this.root.hidden = all.spans.length + all.ratings.length === 0;
    this.refuseAll.hidden = all.spans.length === 0;
    this.ratings.hidden = all.ratings.length === 0 || all.spans.length === 0;
    this.acceptAll.disabled = open.spans.length + open.ratings.length === 0;
    this.refuseAll.disabled = open.spans.length === 0;
    this.ratings.disabled = open.ratings.length === 0;
  }
}
