// Selecting text by keyboard: the selection is always at least a word, so that it can be seen, and
// moves or grows by words, or by letters. Places count code points. Nothing here touches the page.

import { pointsFromUnits } from "./offsets.js";

const SEGMENTER = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text as `{start, end}`. */
export function wordsOf(text) {
  let point = 0;
  const words = [];
  for (const { segment, isWordLike } of SEGMENTER.segment(text)) {
    const end = point + pointsFromUnits(segment, segment.length);
    if (isWordLike) words.push({ start: point, end });
    point = end;
  }
  return words;
}

/** The word to the right of, or left of, where the selection is; the first one without any. */
export function moved(words, selection, by) {
  if (words.length === 0) return null;
  if (!selection) return words[by > 0 ? 0 : words.length - 1];
  const next = words.find(({ start }) => start >= selection.end);
  const before = words.findLast(({ end }) => end <= selection.start);
  return (by > 0 ? next : before) ?? selection;
}

/** The selection with its end one word further (`by` 1) or one less (−1), but never empty. */
export function grown(words, selection, by) {
  if (!selection) return moved(words, null, 1);
  const further = words.find(({ end }) => end > selection.end);
  const less = words.findLast(({ end }) => end < selection.end && end > selection.start);
  const end = (by > 0 ? further : less)?.end ?? selection.end;
  return { start: selection.start, end };
}

/** The same by single letters. `length` is the text's, in code points. */
export function nudged(length, selection, by) {
  if (!selection) return null;
  const end = Math.min(length, Math.max(selection.start + 1, selection.end + by));
  return { start: selection.start, end };
}
