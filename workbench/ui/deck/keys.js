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

function anywhere(event, { atRoot, hotkeys, selecting }) {
  const { key } = event;
  if (key === "Enter") return { type: "submit" };
  if (key === "Backspace") return { type: "back" };
  if (key === "Escape") return { type: "leave" };
  if (key === "?") return { type: "help" };
  if (key === "Tab" && atRoot && !event.shiftKey) return { type: "toRatings" };
  const category = selecting ? hotkeys[key.toLowerCase()] : undefined;
  if (category) return { type: "tag", category };
  return key.toLowerCase() === "g" ? { type: "guidelines" } : null;
}

function verdict(event) {
  const digit = digitOf(event);
  if (digit === 0) return { type: "allBad" };
  return digit !== null && digit <= PREFERENCES.length
    ? { type: "prefer", preference: PREFERENCES[digit - 1] }
    : null;
}

/**
 * The action of a key press, or null where the browser should do what it always does.
 * `zone` is where the focus is: "deck", "rating" (with its `scale`), "button" (Enter and Space
 * press it), "text", or "elsewhere". `hotkeys` maps letters to category keys.
 */
export function actionFor(event, focus) {
  if (event.repeat || event.isComposing || focus.zone === "elsewhere") return null;
  if (focus.zone === "text") return inText(event);
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (focus.zone === "button" && (event.key === "Enter" || event.key === " ")) return null;
  const meant = focus.zone === "rating" ? inRating(event, focus.scale) : verdict(event);
  return meant ?? anywhere(event, focus);
}
