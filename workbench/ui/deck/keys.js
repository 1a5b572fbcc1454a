// What a key press means. The focus decides: the same digit chooses a preference, scores a rating
// row or is simply typed. Nothing here touches the page.

import { PREFERENCES } from "./judgement.js";

// "r" and "c" belong to Streamlit (rerun, clear the cache); "g" opens the guidelines unless text is
// selected, so it is given to a category only where that is asked for.
const SPARE = "asdfqwezxvtyhbnmjkluiop";
const ALLOWED = `${SPARE}g`;

/** Categories with a letter each: the one asked for if it is free and allowed, else the next. */
export function withHotkeys(categories) {
  const taken = new Set();
  const free = (letter) => !taken.has(letter);
  const claim = (letter) => {
    taken.add(letter);
    return letter;
  };
  const wished = categories.map(({ hotkey }) => {
    const letter = (hotkey ?? "").toLowerCase();
    return letter.length === 1 && ALLOWED.includes(letter) && free(letter) ? claim(letter) : null;
  });
  return categories.map((category, index) => {
    const spare = [...SPARE].find(free);
    return { ...category, hotkey: wished[index] ?? (spare ? claim(spare) : "") };
  });
}

// Letters that do the same wherever no text is selected or typed.
const LETTERS = {
  g: "guidelines",
  m: "switchView",
  s: "skip",
  f: "flag",
  p: "progress",
  e: "edit",
  "/": "searchSource",
  "?": "help",
};

// The same where something is suggested, with Shift for all of an answer.
const SUGGESTED = { n: "nextSuggestion", a: "acceptSuggestion", x: "refuseSuggestion" };
const ALL_SUGGESTED = { a: "acceptAll", x: "refuseAll" };

/** The digit of a press; by position where the layout needs Shift for digits (French). */
function digitOf({ key, code, shiftKey }) {
  if (/^[0-9]$/.test(key)) return Number(key);
  const place = /^Digit([0-9])$/.exec(code ?? "");
  return place && !shiftKey ? Number(place[1]) : null;
}

function inRating(event, scale) {
  const digit = digitOf(event);
  if (digit !== null) {
    return digit >= scale.min && digit <= scale.max
      ? { type: "rate", score: digit }
      : { type: "outOfScale", scale };
  }
  if (event.key === "ArrowRight" || event.key === "ArrowUp") return { type: "step", by: 1 };
  if (event.key === "ArrowLeft" || event.key === "ArrowDown") return { type: "step", by: -1 };
  return event.key === "Delete" ? { type: "unrate" } : null;
}

function inText(event) {
  if (event.key === "Escape") return { type: "leave" };
  const submits = event.key === "Enter" && (event.ctrlKey || event.metaKey);
  return submits ? { type: "submit" } : null;
}

/** In a rating row "a" takes the ratings of its answer. */
function suggestion(letter, shiftKey, { assisted, zone }) {
  if (!assisted) return null;
  if (zone === "rating" && letter === "a") return { type: "acceptRatings" };
  const type = (shiftKey && ALL_SUGGESTED[letter]) || SUGGESTED[letter];
  return type ? { type } : null;
}

function anywhere(event, focus) {
  const { atRoot, hotkeys, selecting, evidencing } = focus;
  const { key } = event;
  if (key === "Enter") return { type: "submit" };
  if (key === "Backspace") return { type: "back" };
  if (key === "Escape") return { type: "leave" };
  if (key === "Tab" && atRoot && !event.shiftKey) return { type: "toRatings" };
  const letter = key.toLowerCase();
  if (evidencing && letter === "e") return { type: "evidence" };
  const category = selecting ? hotkeys[letter] : undefined;
  if (category) return { type: "tag", category };
  if (LETTERS[letter]) return { type: LETTERS[letter] };
  return suggestion(letter, event.shiftKey, focus);
}

/** `count` answers: two are compared, more are ranked, one is only rated. */
function verdict(event, { count = 2, forced = false }) {
  const digit = digitOf(event);
  if (count > 2 && event.key === "=") return forced ? { type: "forced" } : { type: "tie" };
  if (digit === null || count === 1) return null;
  if (digit === 0) return { type: forced ? "forced" : "allBad" };
  if (count > 2) return digit <= count ? { type: "place", slot: digit } : null;
  const preference = PREFERENCES[digit - 1];
  if (preference === undefined) return null;
  return preference === 0 && forced ? { type: "forced" } : { type: "prefer", preference };
}

/** In a text that has the focus: arrows select, word by word, or with Alt letter by letter. */
function inReading({ key, shiftKey, altKey }) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  return by ? { type: "select", by, grow: shiftKey || altKey, letters: altKey } : null;
}

/**
 * The action of a key press, or null where the browser should do what it always does.
 * `zone` is where the focus is: "deck", "reading" (a text that can be selected), "rating" (with its
 * `scale`), "button" (Enter and Space press it), "text", or "elsewhere". `hotkeys` maps letters to
 * category keys; `selecting` and `evidencing` say that text of an answer or of the source is
 * selected; `count` and `forced` are how the item is judged, `assisted` that something is suggested.
 */
export function actionFor(event, focus) {
  if (event.repeat || event.isComposing || focus.zone === "elsewhere") return null;
  if (focus.zone === "text") return inText(event);
  if (event.ctrlKey || event.metaKey) return null;
  const reading = focus.zone === "reading" ? inReading(event) : null;
  if (reading || event.altKey) return reading;
  if (focus.zone === "button" && (event.key === "Enter" || event.key === " ")) return null;
  const meant = focus.zone === "rating" ? inRating(event, focus.scale) : verdict(event, focus);
  return meant ?? anywhere(event, focus);
}
