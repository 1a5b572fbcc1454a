import assert from "node:assert/strict";
import { test } from "node:test";

import {
  pointsFromUnits,
  stretchOf,
  unitsFromPoints,
} from "../../workbench/ui/deck/offsets.js";

const TEXTS = {
  ascii: "plain text",
  emoji: "a 🎉 b 👩‍🔧 c",
  combining: "cafe\u0301 na\u00efve",
  crlf: "one\r\ntwo\r\n",
  rightToLeft: "שלום 🌉 עולם",
  loneSurrogate: "x\ud83cy\udf89z",
  empty: "",
};

const codePoints = (text) => Array.from(text).length;

for (const [name, text] of Object.entries(TEXTS)) {
  test(`offsets count code points: ${name}`, () => {
    let units = 0;
    Array.from(text).forEach((character, points) => {
      assert.equal(pointsFromUnits(text, units), points);
      assert.equal(unitsFromPoints(text, points), units);
      units += character.length;
    });
    assert.equal(pointsFromUnits(text, text.length), codePoints(text));
    assert.equal(unitsFromPoints(text, codePoints(text)), text.length);
  });
}

test("an offset inside a surrogate pair belongs to the character it splits", () => {
  assert.equal(pointsFromUnits("a🎉b", 2), 1);
  assert.deepEqual(stretchOf("a🎉b", 2, 4), { start: 1, end: 3, quote: "🎉b" });
  assert.deepEqual(stretchOf("a🎉b", 0, 2), { start: 0, end: 2, quote: "a🎉" });
});

test("an offset past the end is the end", () => {
  assert.equal(pointsFromUnits("🎉", 99), 1);
  assert.equal(unitsFromPoints("🎉", 99), 2);
});

test("a stretch after emoji is what Python would slice", () => {
  const text = "Mira 👩‍🔧 and 1874 🎉 end";
  const from = text.indexOf("1874");
  const { start, end, quote } = stretchOf(text, from, from + 4);
  assert.equal(Array.from(text).slice(start, end).join(""), "1874");
  assert.equal(quote, "1874");
  assert.equal(start, from - 2); // 👩 and 🔧 are two units each
});

test("a stretch leaves blanks and line ends at its edges out", () => {
  assert.deepEqual(stretchOf("a\r\n b \r\nc", 1, 8), { start: 4, end: 5, quote: "b" });
});

test("a stretch keeps line ends within it", () => {
  assert.deepEqual(stretchOf("a\r\nb", 0, 4), { start: 0, end: 4, quote: "a\r\nb" });
});

test("a stretch of blanks, or of nothing, is none", () => {
  assert.equal(stretchOf("a \r\n b", 1, 5), null);
  assert.equal(stretchOf("abc", 1, 1), null);
});

test("any slice of any text comes back from its offsets", () => {
  const alphabet = ["a", " ", "\r\n", "é", "e\u0301", "🎉", "👩‍🔧", "ש", "日", "\ud83c"];
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: random(12) }, () => alphabet[random(10)]).join("");
    const ends = [random(text.length + 1), random(text.length + 1)];
    const [from, to] = ends.sort((one, other) => one - other);
    const stretch = stretchOf(text, from, to);
    if (!stretch) continue;
    const sliced = Array.from(text).slice(stretch.start, stretch.end).join("");
    assert.equal(sliced, stretch.quote);
    assert.equal(stretch.quote.trim(), stretch.quote);
  }
});
