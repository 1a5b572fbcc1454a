// What a key press on the Adjudicate page means. Nothing here touches the page. "r" and "c" belong
// to Streamlit (rerun, clear the cache).

import { SCALE } from "./words.js";

const LETTERS = {
  a: "accept",
  q: "more",
  x: "sendBack",
  n: "next",
  p: "previous",
  l: "again",
  "/": "search",
  "?": "help",
};
const ALWAYS = new Set(["next", "previous", "search", "help"]);

/** The digit of a press; by position where the layout needs Shift for digits (French). */
function digitOf({ key, code, shiftKey }) {
  if (/^[0-9]$/.test(key)) return Number(key);
  const place = /^Digit([0-9])$/.exec(code ?? "");
  return place && !shiftKey ? Number(place[1]) : null;
}

function verdict(event, count) {
  const digit = digitOf(event);
  if (count > 2 && event.key === "=") return { type: "tie" };
  if (count > 2 && event.key === "Enter") return { type: "ruleRanking" };
  if (digit === null || count === 1) return null;
  if (digit === 0) return { type: "allBad" };
  if (count > 2) return digit <= count ? { type: "place", slot: digit } : null;
  const preference = SCALE[digit - 1];
  return preference === undefined ? null : { type: "prefer", preference };
}

/**
 * The action of a key press, or null. `count` answers; `waits` tells whether the item can be
 * decided; `onButton` that Enter presses what has the focus.
 */
export function actionFor(event, { count, waits, onButton }) {
  if (event.repeat || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (onButton && event.key === "Enter") return null;
  const type = LETTERS[event.key.toLowerCase()];
  if (ALWAYS.has(type)) return { type };
  if (!waits) return type === "again" ? { type } : null;
  if (type) return type === "again" ? null : { type };
  return verdict(event, count);
}
