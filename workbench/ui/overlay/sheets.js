// The sheets over the page: sending judgements back, asking for more, and the keys.

import { h } from "../deck/dom.js";
import { sheet } from "../deck/panels.js";
import { verdictWords } from "./words.js";

const KEYS = [
  [["1", "…", "7"], "of two answers: rule, from “1 much better” to “2 much better”"],
  [["1", "…", "8"], "of three or more: rank this one next; = ties the last two; Enter rules"],
  [["0"], "rule that all are bad"],
  [["A"], "accept: the judgements stand"],
  [["Q"], "ask for more judgements, from others"],
  [["X"], "send judgements back, with a note"],
  [["N"], "the next item that waits"],
  [["P"], "the item before"],
  [["L"], "look again at what was decided"],
  [["/"], "search the source text"],
  [["?"], "this sheet"],
];

export function keySheet() {
  const rows = KEYS.map(([keys, meaning]) =>
    h("div", {}, h("dt", {}, keys.map((key) => h("kbd", {}, key))), h("dd", {}, meaning)),
  );
  return sheet("Keys", "key-sheet", h("dl", { class: "keys" }, rows));
}

/** A form in a sheet: Ctrl+Enter hands it in too. `take()` is null where something is missing. */
function formSheet(title, testid, label, fields, take, onSend) {
  const send = (event) => {
    event?.preventDefault();
    const taken = take();
    if (!taken) return;
    dialog.close();
    onSend(taken);
  };
  const onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  };
  const hand = h("button", { type: "submit", "data-testid": `${testid}-send` }, label);
  const dialog = sheet(title, testid, h("form", { class: "aside", onsubmit: send, onkeydown }, fields, hand));
  return dialog;
}

/** Whose judgements, and why: `onSend({judgements, note})`. */
export function sendBackSheet(opinions, onSend) {
  const standing = opinions.filter(({ withdrawn }) => !withdrawn);
  const boxes = standing.map((opinion) => ({
    id: opinion.judgement_id,
    box: h("input", { type: "checkbox", "data-testid": `whose-${opinion.who}` }),
    words: `${opinion.who}: ${verdictWords(opinion)}`,
  }));
  const note = h("textarea", { rows: "4", maxlength: "4000", "data-testid": "note" });
  const missing = h("p", { class: "missing", role: "alert" });
  const take = () => {
    const judgements = boxes.filter(({ box }) => box.checked).map(({ id }) => id);
    const text = note.value.trim();
    missing.textContent = judgements.length === 0 ? "Choose whose." : text ? "" : "Say what was wrong.";
    return judgements.length && text ? { judgements, note: text } : null;
  };
  const fields = [
    h("p", {}, "They count no more. Their reviewers read your note and may judge the item again."),
    h(
      "fieldset",
      {},
      h("legend", { class: "eyebrow" }, "Whose?"),
      boxes.map(({ box, words }) => h("label", { class: "box" }, box, words)),
    ),
    h("label", {}, h("span", { class: "eyebrow" }, "What was wrong? They read it."), note),
    missing,
  ];
  const dialog = formSheet("Send judgements back", "send-back", "Send back", fields, take, onSend);
  dialog.begin = () => {
    if (boxes.length === 1) boxes[0].box.checked = true;
    dialog.showModal();
    (boxes.length === 1 ? note : boxes[0]?.box)?.focus();
  };
  return dialog;
}

/** `onSend({more})`. */
export function moreSheet(most, onSend) {
  const number = h("input", { type: "number", min: "1", max: String(most), value: "1", "data-testid": "more-number" });
  const take = () => {
    const more = Number(number.value);
    return Number.isInteger(more) && more >= 1 && more <= most ? { more } : null;
  };
  const fields = [
    h("p", {}, "Others judge the item as well; what was said stays. It comes back if they disagree."),
    h("label", {}, h("span", { class: "eyebrow" }, "How many further judgements?"), number),
  ];
  return formSheet("Ask for more judgements", "more-votes", "Ask for them", fields, take, onSend);
}
