// One tag beneath its answer: what it is, the words it marks, and what can be said about it.

import { h, setText } from "./dom.js";

const SEVERITIES = [
  ["", "Severity"],
  ["minor", "Minor"],
  ["major", "Major"],
  ["critical", "Critical"],
];

/** `choices` are the categories where it may change its own, else null. */
export function tagView({ index, span, category, choices, hue }, on) {
  const title = category?.title ?? span.category;
  const point = (at) => () => on.point(at);
  const choose = (name) => (value) => on.change(index, { [name]: value || null });
  const subtypes = (category?.subtypes ?? []).map((one) => [one.key, one.title, one.description]);
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
    choices
      ? categoryView(index, span, choices, on)
      : h("b", { title: category?.description }, title),
    h("q", { dir: "auto" }, span.quote),
    span.evidence_start === null || span.evidence_start === undefined
      ? null
      : h("small", { class: "evidence", "data-testid": "evidence" }, "with evidence"),
    subtypes.length
      ? chooser("Subtype", [["", "Kind"], ...subtypes], span.subtype, choose("subtype"))
      : null,
    category?.severity ? chooser("Severity", SEVERITIES, span.severity, choose("severity")) : null,
    noteView(index, span, title, on),
    removeView(index, span, title, on),
  );
}

/** Kinds belong to a category, severities to some. */
function categoryView(index, span, choices, on) {
  const options = choices.map(({ key, title, description }) => [key, title, description]);
  return chooser("Category", options, span.category, (key) => {
    const { severity } = choices.find((one) => one.key === key);
    on.change(index, { category: key, subtype: null, severity: severity ? span.severity : null });
  });
}

/** A select of `[value, text, description]`. */
function chooser(label, choices, value, onChoose) {
  const options = choices.map(([key, text, description]) => {
    const option = h("option", { value: key, title: description });
    setText(option, text);
    return option;
  });
  const onchange = (event) => onChoose(event.target.value);
  const select = h("select", { "aria-label": label, onchange }, options);
  select.value = value ?? "";
  return select;
}

function noteView(index, span, title, on) {
  return h("input", {
    class: "note",
    type: "text",
    placeholder: "Note",
    "aria-label": `Note on ${title}`,
    value: span.note ?? "",
    oninput: (event) => on.change(index, { note: event.target.value }),
  });
}

function removeView(index, span, title, on) {
  return h(
    "button",
    {
      class: "icon",
      type: "button",
      "aria-label": `Remove ${title}: ${span.quote}`,
      "data-testid": "remove-tag",
      onclick: () => on.remove(index),
    },
    "×",
  );
}
