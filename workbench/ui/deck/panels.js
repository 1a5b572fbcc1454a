// What stands in the place of an item when there is none, and the two sheets over it: the keys and
// the guidelines.

import { h, keycap } from "./dom.js";
import { TextBody } from "./textBody.js";

const WORDS = {
  loading: ["Fetching the next answers…", ""],
  empty: [
    "Nothing left to judge for now",
    "You have judged everything that is open to you. New comparisons appear here by themselves " +
      "once a lead adds them; Home shows where the project stands.",
  ],
  taken: [
    "The rest is with other reviewers",
    "They hold the comparisons that are still open. What they leave comes to you by itself.",
  ],
  elsewhere: [
    "Another window of yours holds the rest",
    "Go on there, or bring its comparisons here with what you have begun.",
  ],
  offline: [
    "The server cannot be reached",
    "Your judgements are kept on this machine. The deck goes on by itself when it is back.",
  ],
  auth: ["You are signed out", "Sign in again to go on. Nothing that you judged is lost."],
};

/** `kind` is a key of WORDS, "reached" (with `goal`), "refused" or "paused" (with what was `said`). */
function wordsOf(kind, { goal, said }) {
  if (kind === "reached") {
    const text = "That is all that is asked for. You can go on with the next step.";
    return [`All ${goal} judged. Thank you`, text];
  }
  if (kind === "refused") return ["This cannot be judged right now", said.join(" ")];
  if (kind === "paused") {
    return ["Judging is paused for you", ...said, "This page goes on by itself as soon as you may."];
  }
  return WORDS[kind];
}

/** `{label, key, onclick}`, or nothing; `on` has `refill(takeOver)`, `goBeyond()`, `guidelines()`. */
export function panelButton(kind, on) {
  const again = { label: "Look again", onclick: () => on.refill() };
  return {
    empty: again,
    taken: again,
    elsewhere: { label: "Go on here", onclick: () => on.refill(true) },
    auth: { label: "Sign in", onclick: () => window.location.reload() },
    reached: { label: "Judge more", onclick: () => on.goBeyond() },
    paused: { label: "Read the guidelines", key: "G", onclick: () => on.guidelines() },
  }[kind];
}

export function panelView(kind, details, button) {
  const [title, ...texts] = wordsOf(kind, details);
  const { label, key, onclick } = button ?? {};
  const action = button && h("button", { type: "button", onclick }, key && keycap(key), label);
  const testid = kind === "paused" ? "deck-paused" : `state-${kind}`;
  return h(
    "section",
    { class: "panel-empty", "data-testid": testid, tabIndex: -1, "aria-label": title },
    h("h2", {}, title),
    texts.filter(Boolean).map((text) => h("p", {}, text)),
    action,
  );
}

export function sheet(title, testid, content) {
  const close = h("button", { class: "icon", type: "button", "aria-label": "Close" }, "×");
  const head = h("header", {}, h("h2", {}, title), close);
  const dialog = h("dialog", { "aria-label": title, "data-testid": testid }, head, content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  return dialog;
}

/** Shown once something is suggested. */
function suggested({ spans, ratings }) {
  const lines = [
    ...(spans ? [[["N"], "go to the next suggested tag"]] : []),
    ...(spans ? [[["A"], "accept it; with ⇧ all that is suggested for that answer"]] : []),
    ...(spans ? [[["X"], "refuse it; with ⇧ all tags suggested on that answer"]] : []),
    ...(ratings ? [[["A"], "in a rating row: accept the scores suggested for that answer"]] : []),
  ];
  return lines.map((line) => [...line, "suggested"]);
}

function keyLines({ categories, asks, forced }) {
  const ratings = asks.ratings && [
    [["Tab"], "go to the ratings, and from row to row"],
    [["0", "…", "9"], "in a rating row: score it (Delete takes it back)"],
  ];
  const tags = categories.map(({ hotkey, title }) => [
    [hotkey.toUpperCase()],
    `tag the selected text: ${title}`,
  ]);
  return [
    [["1", "2", "3"], "A is much better, better, slightly better"],
    ...(forced ? [] : [[["4"], "about the same"]]),
    [["5", "6", "7"], "B is slightly better, better, much better"],
    [["1", "…", "8"], "of three answers or more: rank this one next; again takes it out"],
    ...(forced ? [] : [[["="], "in a ranking: tie the last two"]]),
    ...(forced ? [] : [[["0"], "all are bad"]]),
    [["Enter"], asks.confirm ? "submit and go to the next" : "keep a judgement you went back to"],
    [["⌫"], "go back to the one before, to change it"],
    ...(ratings || []),
    ...suggested(asks),
    [["←", "→"], "in a text that has the focus: select the next word; with Shift more of them"],
    ...tags,
    ...(tags.length ? [[["E"], "with text of the source selected: evidence for the last tag"]] : []),
    ...(asks.correction ? [[["E"], "correct the answer that has the focus"]] : []),
    [["M"], "Markdown or plain text"],
    [["/"], "search the source text"],
    [["S"], "skip this item, saying why"],
    [["F"], "flag it for discussion"],
    [["P"], "how far you have come"],
    [["Esc"], "leave a text field or a rating row"],
    [["G"], "guidelines"],
    [["?"], "this sheet"],
  ];
}

export function keySheet(options) {
  const rows = keyLines(options).map(([keys, meaning, kind]) =>
    h("div", { class: kind }, h("dt", {}, keys.map((key) => h("kbd", {}, key))), h("dd", {}, meaning)),
  );
  return sheet("Keys", "key-sheet", h("dl", { class: "keys" }, rows));
}

export function guidelinesSheet({ version, text, html }) {
  const words = text.trim() || "This project has no guidelines yet. Its owner writes them on the Settings page.";
  const body = new TextBody({ tabIndex: 0, "data-testid": "guidelines-text" });
  body.show({ text: words, html: text.trim() ? html : null }, "markdown");
  const title = text.trim() ? `Guidelines, version ${version}` : "Guidelines";
  return sheet(title, "guidelines-sheet", body.element);
}
