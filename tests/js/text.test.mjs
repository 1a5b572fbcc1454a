// Texts on screen and their places in the stored text; words, corrections and searches.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wordDiff } from "../../workbench/ui/deck/diff.js";
import { leafOf, placeOf, pointIn, stretchBetween } from "../../workbench/ui/deck/leaves.js";
import { occurrences } from "../../workbench/ui/deck/sourceView.js";
import { grown, moved, nudged, wordsOf } from "../../workbench/ui/deck/words.js";

// "🙂 a &amp; b" shown as "🙂 a & b"
const LEAVES = [leafOf(0, null, "🙂 a "), leafOf(4, 9, "&"), leafOf(9, null, " b")];

test("a leaf reaches as far as its text, in code points", () => {
  assert.deepEqual(LEAVES.map(({ start, end }) => [start, end]), [[0, 4], [4, 9], [9, 11]]);
});

for (const [leaf, unit, atEnd, point] of [
  [0, 0, false, 0],
  [0, 2, false, 1], // after the emoji, which has two units
  [0, 5, true, 4],
  [1, 0, false, 4],
  [1, 1, true, 9], // an entity is taken as a whole
  [1, 1, false, 9],
  [1, 0, true, 4],
  [2, 2, true, 11],
]) {
  test(`leaf ${leaf}, unit ${unit}, ${atEnd ? "end" : "start"}: place ${point}`, () => {
    assert.equal(pointIn(LEAVES[leaf], unit, atEnd), point);
  });
}

for (const [point, atEnd, index, unit] of [
  [0, false, 0, 0],
  [1, false, 0, 2],
  [4, false, 1, 0],
  [6, false, 1, 0],
  [9, true, 1, 1],
  [9, false, 2, 0],
  [11, true, 2, 2],
]) {
  test(`place ${point} as ${atEnd ? "end" : "start"} lies in leaf ${index} at ${unit}`, () => {
    assert.deepEqual(placeOf(LEAVES, point, atEnd), { index, unit });
  });
}

test("a place that Markdown swallowed lies at the next text", () => {
  const gap = [leafOf(0, null, "ab"), leafOf(10, null, "cd")];
  assert.deepEqual(placeOf(gap, 5), { index: 1, unit: 0 });
  assert.deepEqual(placeOf(gap, 5, true), { index: 0, unit: 2 });
});

test("a stretch loses the blanks at its ends and nothing else", () => {
  assert.deepEqual(stretchBetween("🙂  two words ", 1, 13), { start: 3, end: 12, quote: "two words" });
  assert.equal(stretchBetween("a   b", 1, 4), null);
});

test("words are found in any script", () => {
  const words = wordsOf("🙂 it's Zürich, שלום 東京");
  const text = [..."🙂 it's Zürich, שלום 東京"];
  const said = words.map(({ start, end }) => text.slice(start, end).join(""));
  assert.deepEqual(said.slice(0, 3), ["it's", "Zürich", "שלום"]);
});

const WORDS = wordsOf("one two three");

test("arrows go from word to word and stay at the ends", () => {
  const first = moved(WORDS, null, 1);
  assert.deepEqual(first, { start: 0, end: 3 });
  const second = moved(WORDS, first, 1);
  assert.deepEqual(second, { start: 4, end: 7 });
  assert.deepEqual(moved(WORDS, second, -1), first);
  assert.deepEqual(moved(WORDS, first, -1), first);
});

test("a selection grows and shrinks by words but is never empty", () => {
  const both = grown(WORDS, { start: 0, end: 3 }, 1);
  assert.deepEqual(both, { start: 0, end: 7 });
  assert.deepEqual(grown(WORDS, both, -1), { start: 0, end: 3 });
  assert.deepEqual(grown(WORDS, { start: 0, end: 3 }, -1), { start: 0, end: 3 });
  assert.deepEqual(nudged(13, { start: 0, end: 1 }, -1), { start: 0, end: 1 });
  assert.deepEqual(nudged(13, { start: 0, end: 12 }, 5), { start: 0, end: 13 });
});

for (const [before, after, parts] of [
  ["a b c", "a b c", [["same", "a b c"]]],
  ["a b c", "a x c", [["same", "a "], ["gone", "b"], ["new", "x"], ["same", " c"]]],
  ["", "new", [["new", "new"]]],
  ["old", "", [["gone", "old"]]],
  ["Die Katze", "Die alte Katze", [["same", "Die "], ["new", "alte "], ["same", "Katze"]]],
]) {
  test(`what changed from “${before}” to “${after}”`, () => {
    assert.deepEqual(wordDiff(before, after).map(({ kind, text }) => [kind, text]), parts);
  });
}

test("a diff always adds up to both texts", () => {
  const words = ["a", "b", " ", "ü", "🙂", ",", "long"];
  let state = 7;
  const draw = (n) => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  for (let round = 0; round < 300; round += 1) {
    const make = () => Array.from({ length: draw(12) }, () => words[draw(words.length)]).join("");
    const [before, after] = [make(), make()];
    const parts = wordDiff(before, after);
    const text = (without) =>
      parts.filter(({ kind }) => kind !== without).map((part) => part.text).join("");
    assert.equal(text("new"), before);
    assert.equal(text("gone"), after);
  }
});

test("a search finds all, whatever the case, in code points", () => {
  assert.deepEqual(occurrences("🙂 Ada, ada", "ADA"), [
    { start: 2, end: 5 },
    { start: 7, end: 10 },
  ]);
  assert.deepEqual(occurrences("Ada", "  "), []);
});
