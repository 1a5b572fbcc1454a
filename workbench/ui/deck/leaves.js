// The runs of text that an answer is shown as, and their places in the stored text. Places count
// code points. A leaf is `{start, end, text}`; `exact` leaves show what is stored, letter by letter,
// others (an entity, a line break) stand for all of theirs. Nothing here touches the page.

import { pointsFromUnits, stretchOf, unitsFromPoints } from "./offsets.js";

/** `end` null means that the text itself says how far the leaf reaches. */
export function leafOf(start, end, text) {
  const exact = end === null;
  return { start, end: exact ? start + pointsFromUnits(text, text.length) : end, text, exact };
}

/** The place of a UTF-16 offset within a leaf; one that is not exact is taken as a whole. */
export function pointIn(leaf, unit, atEnd = false) {
  if (leaf.exact) return leaf.start + pointsFromUnits(leaf.text, unit);
  const touched = atEnd ? unit > 0 : unit < leaf.text.length;
  return touched === atEnd ? leaf.end : leaf.start;
}

/** Where a place lies: `{index, unit}` of the first leaf that reaches it, or the last edge. */
export function placeOf(leaves, point, atEnd = false) {
  const reaches = ({ start, end }) => (atEnd ? start < point && point <= end : point < end);
  let index = leaves.findIndex(reaches);
  if (index < 0) index = atEnd ? nearestBefore(leaves, point) : leaves.length - 1;
  const leaf = leaves[index];
  if (!leaf) return null;
  if (!leaf.exact) return { index, unit: atEnd ? leaf.text.length : 0 };
  const within = Math.min(Math.max(point, leaf.start), leaf.end) - leaf.start;
  return { index, unit: unitsFromPoints(leaf.text, within) };
}

function nearestBefore(leaves, point) {
  let found = 0;
  leaves.forEach(({ end }, at) => {
    if (end <= point) found = at;
  });
  return found;
}

/** The stored text between two places, without the blanks at its ends; null where none is left. */
export const stretchBetween = (text, start, end) =>
  stretchOf(text, unitsFromPoints(text, start), unitsFromPoints(text, end));
