// Above the answers: what the colours mean, and whose tags are shown.

import { h } from "../deck/dom.js";

/** `on.show(who)`; null is everybody. Empty where nobody tagged anything. */
export function legendView({ categories, opinions, who }, on) {
  const used = new Set(opinions.flatMap(({ spans }) => spans.map(({ category }) => category)));
  if (used.size === 0) return null;
  const colours = categories
    .filter(({ key }) => used.has(key))
    .map(({ hue, title, description }) =>
      h("li", { "data-hue": String(hue), title: description }, title),
    );
  const people = [null, ...new Set(opinions.map((opinion) => opinion.who))];
  return h(
    "div",
    { class: "legend" },
    h("ul", { "aria-label": "Categories of tags", "data-testid": "legend" }, colours),
    h(
      "div",
      { class: "whose", role: "group", "aria-label": "Whose tags are shown" },
      h("small", {}, "Tags of"),
      people.map((one) => whoButton(one, one === who, on)),
    ),
  );
}

function whoButton(one, pressed, on) {
  const attributes = {
    type: "button",
    "aria-pressed": String(pressed),
    "data-testid": `tags-of-${one ?? "everybody"}`,
    onclick: () => on.show(one),
  };
  return h("button", attributes, one ?? "everybody");
}
