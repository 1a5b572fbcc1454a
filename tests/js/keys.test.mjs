import assert from "node:assert/strict";
import { test } from "node:test";

import { focusOf } from "../../workbench/ui/deck/controls.js";
import { actionFor, withHotkeys } from "../../workbench/ui/deck/keys.js";

const DECK = { zone: "deck", atRoot: true, hotkeys: { a: "wrong" }, selecting: false };
const SELECTING = { ...DECK, selecting: true };
const RATING = { ...DECK, zone: "rating", atRoot: false, scale: { min: 0, max: 4 } };
const TEXT = { ...DECK, zone: "text", atRoot: false };
const BUTTON = { ...DECK, zone: "button", atRoot: false };

const ASSISTED = { ...DECK, assisted: true };
const ASSISTED_RATING = { ...RATING, assisted: true };

const press = (key, focus = DECK, extra = {}) => actionFor({ key, ...extra }, focus);

const CASES = [
  ["1 is A much better", "1", DECK, { type: "prefer", preference: -3 }],
  ["4 is about the same", "4", DECK, { type: "prefer", preference: 0 }],
  ["7 is B much better", "7", DECK, { type: "prefer", preference: 3 }],
  ["0 is all bad", "0", DECK, { type: "allBad" }],
  ["8 is nothing", "8", DECK, null],
  ["Enter submits", "Enter", DECK, { type: "submit" }],
  ["Backspace goes back", "Backspace", DECK, { type: "back" }],
  ["? shows the keys", "?", DECK, { type: "help" }],
  ["g shows the guidelines", "g", DECK, { type: "guidelines" }],
  ["Tab goes to the ratings", "Tab", DECK, { type: "toRatings" }],
  ["Tab elsewhere in the deck is the browser's", "Tab", { ...DECK, atRoot: false }, null],
  ["a letter without a selection is nothing", "a", DECK, null],
  ["a letter tags a selection", "a", SELECTING, { type: "tag", category: "wrong" }],
  ["a capital letter tags too", "A", SELECTING, { type: "tag", category: "wrong" }],
  ["r stays Streamlit's", "r", SELECTING, null],
  ["c stays Streamlit's", "c", SELECTING, null],
  ["a digit in a rating row scores", "3", RATING, { type: "rate", score: 3 }],
  ["0 in a rating row scores", "0", RATING, { type: "rate", score: 0 }],
  ["a digit off the scale is refused", "7", RATING, { type: "outOfScale", scale: RATING.scale }],
  ["arrows step through a rating row", "ArrowRight", RATING, { type: "step", by: 1 }],
  ["Delete takes a score back", "Delete", RATING, { type: "unrate" }],
  ["Enter submits from a rating row", "Enter", RATING, { type: "submit" }],
  ["Tab leaves a rating row by itself", "Tab", RATING, null],
  ["a digit in a text field is typed", "1", TEXT, null],
  ["Enter in a text field is typed", "Enter", TEXT, null],
  ["Backspace in a text field deletes", "Backspace", TEXT, null],
  ["? in a text field is typed", "?", TEXT, null],
  ["Escape leaves a text field", "Escape", TEXT, { type: "leave" }],
  ["Enter presses a focused button", "Enter", BUTTON, null],
  ["Space presses a focused button", " ", BUTTON, null],
  ["a digit on a focused button is a verdict", "2", BUTTON, { type: "prefer", preference: -2 }],
  ["n goes to the next suggestion", "n", ASSISTED, { type: "nextSuggestion" }],
  ["a accepts it", "a", ASSISTED, { type: "acceptSuggestion" }],
  ["x refuses it", "x", ASSISTED, { type: "refuseSuggestion" }],
  ["a category's letter goes before", "a", { ...ASSISTED, selecting: true }, { type: "tag", category: "wrong" }],
  ["in a rating row a accepts the answer's ratings", "a", ASSISTED_RATING, { type: "acceptRatings" }],
  ["where nothing is suggested n is nothing", "n", DECK, null],
  ["where nothing is suggested a is nothing in a rating row", "a", RATING, null],
  ["keys elsewhere on the page are not ours", "1", { ...DECK, zone: "elsewhere" }, null],
];

for (const [name, key, focus, expected] of CASES) {
  test(name, () => assert.deepEqual(press(key, focus), expected));
}

test("a held key acts once", () => {
  assert.equal(press("1", DECK, { repeat: true }), null);
  assert.equal(press("Enter", DECK, { repeat: true }), null);
});

test("with Shift all suggestions of an answer are answered", () => {
  assert.deepEqual(press("A", ASSISTED, { shiftKey: true }), { type: "acceptAll" });
  assert.deepEqual(press("X", ASSISTED, { shiftKey: true }), { type: "refuseAll" });
  assert.deepEqual(press("A", ASSISTED), { type: "acceptSuggestion" }); // caps lock
});

test("shortcuts of the browser stay the browser's", () => {
  assert.equal(press("1", DECK, { ctrlKey: true }), null);
  assert.equal(press("1", DECK, { metaKey: true }), null);
  assert.equal(press("1", DECK, { altKey: true }), null);
});

test("Ctrl+Enter submits from a text field", () => {
  assert.deepEqual(press("Enter", TEXT, { ctrlKey: true }), { type: "submit" });
});

test("text that is being composed is left alone", () => {
  assert.equal(press("1", DECK, { isComposing: true }), null);
});

test("digits work by position where they need Shift", () => {
  assert.deepEqual(press("&", DECK, { code: "Digit1" }), { type: "prefer", preference: -3 });
  assert.equal(press("!", DECK, { code: "Digit1", shiftKey: true }), null);
});

const category = (key, hotkey) => ({ key, title: key, hotkey });
const lettersOf = (categories) => withHotkeys(categories).map(({ hotkey }) => hotkey);

test("categories keep the letters they ask for", () => {
  assert.deepEqual(lettersOf([category("x", "s"), category("y", "A")]), ["s", "a"]);
});

test("reserved, doubled and missing letters are replaced, wishes first", () => {
  const asked = [category("v", "r"), category("w", "c"), category("x", "a"), category("y", "a")];
  assert.deepEqual(lettersOf([...asked, category("z", undefined)]), ["s", "d", "a", "f", "q"]);
});

/** An element as far as focusOf looks at it. */
function element({ tag = "div", attributes = {}, inside = [], tabIndex = 0 } = {}) {
  return {
    tabIndex,
    contains: (other) => inside.includes(other),
    matches: (selector) => selector.split(", ").some((one) => one.startsWith(tag)),
    getAttribute: (name) => attributes[name] ?? null,
    getRootNode: () => ({ host: HOST }),
  };
}

const HOST = { name: "host" };

test("the focus decides the zone", () => {
  globalThis.document ??= { name: "document" };
  const field = element({ tag: "textarea" });
  const chosen = element({ tag: "button", attributes: { "aria-pressed": "true" } });
  const open = element({ tag: "button", attributes: { "aria-pressed": "false" } });
  const point = element({ tag: "button" });
  const root = element({ tabIndex: -1 });
  const deck = element({ inside: [field, chosen, open, point, root] });
  const scale = { criterion: { min: 0, max: 4 } };
  const ratings = { scaleOf: (target) => (target === point ? scale : null) };
  const zoneOf = (target) => focusOf(target, { element: deck, ratings }).zone;
  assert.equal(zoneOf(field), "text");
  assert.equal(zoneOf(point), "rating");
  assert.equal(zoneOf(open), "button");
  assert.equal(zoneOf(chosen), "deck"); // so that Enter submits what it shows
  assert.equal(zoneOf(root), "deck");
  assert.equal(zoneOf({ contains: (other) => other === HOST }), "deck"); // the page around it
  assert.equal(zoneOf({ contains: () => false }), "elsewhere"); // a control of the page
});
