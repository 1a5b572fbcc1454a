// The sheet for skipping or flagging an item: why, in words or by a chip.

import { h } from "./dom.js";
import { sheet } from "./panels.js";

const WORDS = {
  skip: {
    title: "Skip this item",
    text: "It goes to others and does not come back to you.",
    label: "Why?",
    button: "Skip it",
    chips: ["Not my field", "Cannot be judged", "Both answers are broken", "I know who wrote it"],
  },
  flag: {
    title: "Flag this item",
    text: "It opens a discussion with the project's leads. You can still judge it.",
    label: "What should be discussed?",
    button: "Flag it",
    chips: ["The guidelines do not say", "The prompt is broken", "Unsafe content"],
  },
};

/** `onSend(kind, words)` follows when there are words. */
export function asideSheet(kind, onSend) {
  const { title, text, label, button, chips } = WORDS[kind];
  const field = h("input", {
    type: "text",
    autofocus: true,
    maxlength: "2000",
    "data-testid": `${kind}-words`,
  });
  const send = (event) => {
    event?.preventDefault();
    const words = field.value.trim();
    if (!words) return field.focus();
    field.value = "";
    dialog.close();
    return onSend(kind, words);
  };
  const choose = (words) => () => {
    field.value = words;
    send();
  };
  const chip = (words) => h("button", { class: "reason", type: "button", onclick: choose(words) }, words);
  const form = h(
    "form",
    { class: "aside", onsubmit: send },
    h("p", {}, text),
    h("div", { class: "reasons" }, chips.map(chip)),
    h("label", {}, h("span", { class: "eyebrow" }, label), field),
    h("button", { type: "submit", "data-testid": `${kind}-send` }, button),
  );
  const dialog = sheet(title, `${kind}-sheet`, form);
  return dialog;
}
