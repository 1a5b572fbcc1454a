// Rankings, contradictions and the figures of one's progress.

import assert from "node:assert/strict";
import { test } from "node:test";

import { doubtAbout } from "../../workbench/ui/deck/contradictions.js";
import { blank } from "../../workbench/ui/deck/judgement.js";
import { progressLines } from "../../workbench/ui/deck/progressSheet.js";
import * as ranking from "../../workbench/ui/deck/ranking.js";

test("digits rank one after the other, and take out what is ranked", () => {
  const made = [2, 1, 3].reduce(ranking.toggled, []);
  assert.deepEqual(made, [[2], [1], [3]]);
  assert.deepEqual(ranking.toggled(made, 1), [[2], [3]]);
});

test("a tie joins the last two tiers", () => {
  assert.deepEqual(ranking.tied([[2], [1], [3]]), [[2], [1, 3]]);
  assert.deepEqual(ranking.tied([[2]]), [[2]]);
});

for (const [what, slot, at, joins, made] of [
  ["before the first", 3, 0, false, [[3], [1], [2]]],
  ["to the end", 1, 3, false, [[2], [3], [1]]],
  ["into another tier", 1, 2, true, [[2], [3, 1]]],
  ["where it is", 2, 1, true, [[1], [2], [3]]],
  ["a new one in between", 4, 1, false, [[1], [4], [2], [3]]],
]) {
  test(`dragged ${what}`, () => {
    assert.deepEqual(ranking.placed([[1], [2], [3]], slot, at, joins), made);
  });
}

for (const [before, slot, by, after] of [
  [[[1], [2]], 2, -1, [[1, 2]]],
  [[[1, 2]], 2, -1, [[2], [1]]],
  [[[1, 2]], 2, 1, [[1], [2]]],
  [[[1], [2]], 1, 1, [[2, 1]]],
  [[[1], [2]], 1, -1, [[1], [2]]],
  [[[1]], 9, 1, [[1]]],
]) {
  test(`arrow ${by} moves ${slot} in ${JSON.stringify(before)}`, () => {
    assert.deepEqual(ranking.shifted(before, slot, by), after);
  });
}

const LABELS = { 1: "A", 2: "B" };
const severe = (slot, severity = "major") => ({ slot, severity, start: 0, end: 1 });

for (const [what, judgement, asks] of [
  ["a severe tag on the better answer alone", { preference: -1, spans: [severe(1)] }, true],
  ["severe tags on both", { preference: -1, spans: [severe(1), severe(2)] }, false],
  ["a minor tag", { preference: -1, spans: [severe(1, "minor")] }, false],
  ["a severe tag on the worse answer", { preference: 2, spans: [severe(1)] }, false],
  ["a tie", { preference: 0, spans: [severe(1)] }, false],
  ["all bad", { preference: -2, all_bad: true, spans: [severe(1)] }, false],
  ["opposite ratings", { preference: 1, ratings: { 1: { a: 2 }, 2: { a: 1 } } }, true],
  ["ratings of different criteria", { preference: 1, ratings: { 1: { a: 2 }, 2: { b: 1 } } }, false],
  ["ratings that agree", { preference: 1, ratings: { 1: { a: 1 }, 2: { a: 1 } } }, false],
]) {
  test(`${what}: ${asks ? "asked about" : "no question"}`, () => {
    assert.equal(doubtAbout({ ...blank(), ...judgement }, LABELS) !== "", asks);
  });
}

test("progress tells what is left, and about how long it takes", () => {
  const progress = { judged: 30, since: 12, goal: 40, median_seconds: 60 };
  assert.deepEqual(progressLines(progress, 99).at(-1), ["Left for you", "10, about 10 min"]);
  const fresh = { judged: 0, since: 0, goal: null, median_seconds: null };
  assert.deepEqual(progressLines(fresh, 7).at(-1), ["Left for you", "7"]);
});
