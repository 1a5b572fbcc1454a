// One card for each pair: what it is about, the two texts, and where it leads.

import { h } from "../deck/dom.js";

/** `data`: `{marks, entries: [{title, note, prompt, context, link, linked, sides: [side, side]}]}` */
export function cards({ entries, marks }) {
  return h("div", { class: "diffs", "data-testid": "diffs" }, ...entries.map((e) => card(e, marks)));
}

function card(entry, marks) {
  return h("article", { class: "card", "data-testid": "diff-card" },
    head(entry),
    entry.context ? folded("Source text", entry.context) : null,
    entry.prompt ? h("p", { class: "prompt text" }, entry.prompt) : null,
    h("div", { class: "sides" }, ...entry.sides.map((one) => side(one, marks))),
  );
}

function head({ title, note, link, linked }) {
  return h("header", {},
    h("strong", {}, title),
    h("small", {}, note),
    link ? h("a", { href: link, target: "_self" }, linked) : null,
  );
}

function folded(title, text) {
  return h("details", {}, h("summary", {}, title), h("p", { class: "text" }, text));
}

/** `side`: `{name, badge, pieces: [{kind: "same" | "old" | "new", text}]}` */
function side({ name, badge, pieces }, marks) {
  return h("section", { class: "side", "aria-label": name },
    h("h4", {}, name, badge ? h("span", { class: "badge" }, badge) : null),
    h("p", { class: "text", tabIndex: 0 }, ...pieces.map((piece) => shown(piece, marks))),
  );
}

const TAGS = { old: "del", new: "ins" };

function shown({ kind, text }, marks) {
  return marks && kind in TAGS ? h(TAGS[kind], {}, text) : document.createTextNode(text);
}
