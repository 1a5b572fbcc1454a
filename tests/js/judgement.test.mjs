import assert from "node:assert/strict";
import { test } from "node:test";

import * as judging from "../../workbench/ui/deck/judgement.js";

const SPAN = { slot: 1, start: 3, end: 9, quote: "quoted", category: "wrong" };
const CRITERIA = [
  { key: "help", title: "Helpfulness", min: 0, max: 4, required: true },
  { key: "style", title: "Style", min: 0, max: 4, required: false },
];
const WANTED = { asks: { ratings: true }, rubric: { criteria: CRITERIA }, slots: [1, 2] };

test("a preference and “all bad” take each other's place", () => {
  const bad = judging.markAllBad(judging.prefer(judging.blank(), -2));
  assert.deepEqual([bad.preference, bad.all_bad], [null, true]);
  const better = judging.prefer(bad, 0);
  assert.deepEqual([better.preference, better.all_bad], [0, false]);
  assert.ok(judging.hasVerdict(bad, [1, 2]) && judging.hasVerdict(better, [1, 2]));
});

test("steps leave earlier values as they were", () => {
  const before = judging.blank();
  judging.addSpan(judging.rate(judging.prefer(before, 1), 1, "help", 2), SPAN);
  assert.deepEqual(before, judging.blank());
});

test("a score can be given, changed and taken back", () => {
  const rated = judging.rate(judging.rate(judging.blank(), 2, "help", 0), 2, "help", 4);
  assert.deepEqual(rated.ratings, { 2: { help: 4 } });
  assert.deepEqual(judging.rate(rated, 2, "help", null).ratings, { 2: {} });
  assert.ok(!judging.isTouched(judging.rate(rated, 2, "help", null)));
});

test("what is missing is asked for in order: verdict, then required ratings", () => {
  let now = judging.blank();
  assert.deepEqual(judging.firstMissing(now, WANTED), { kind: "verdict" });
  now = judging.prefer(now, 0);
  assert.equal(judging.firstMissing(now, WANTED).slot, 1);
  now = judging.rate(now, 1, "help", 0);
  assert.equal(judging.firstMissing(now, WANTED).slot, 2);
  now = judging.rate(now, 2, "help", 3);
  assert.equal(judging.firstMissing(now, WANTED), null);
});

test("nothing but a verdict is asked for where a project does not rate", () => {
  const verdict = judging.markAllBad(judging.blank());
  assert.equal(judging.firstMissing(verdict, { ...WANTED, asks: { ratings: false } }), null);
  assert.equal(judging.firstMissing(verdict, { ...WANTED, rubric: null }), null);
});

test("tags may overlap, and carry each category once a stretch", () => {
  let now = judging.addSpan(judging.blank(), SPAN);
  now = judging.addSpan(now, { ...SPAN, category: "vague" });
  now = judging.addSpan(now, { ...SPAN, start: 5 });
  assert.equal(judging.addSpan(now, SPAN).spans.length, 3);
  assert.deepEqual(now.spans[0], {
    ...SPAN,
    message: 0,
    subtype: null,
    severity: null,
    note: "",
    view: "plain",
  });
});

test("a tag can be edited and removed", () => {
  let now = judging.addSpan(judging.addSpan(judging.blank(), SPAN), { ...SPAN, start: 5 });
  now = judging.changeSpan(now, 1, { severity: "major", note: "why" });
  assert.deepEqual([now.spans[1].severity, now.spans[1].note], ["major", "why"]);
  assert.deepEqual(judging.removeSpan(now, 0).spans.map(({ start }) => start), [5]);
});

test("a draft comes back as it went", () => {
  const rated = judging.rate(judging.prefer(judging.blank(), 3), 1, "help", 1);
  const made = judging.explain(rated, "so");
  const draft = judging.toDraft(made, 4.5);
  assert.equal(draft.seconds, 4.5);
  assert.deepEqual(judging.fromDraft(JSON.parse(JSON.stringify(draft))), made);
  assert.deepEqual(judging.fromDraft(null), judging.blank());
});

test("a submission has the fields of the API", () => {
  const made = judging.explain(judging.markAllBad(judging.blank()), "  because ");
  const ids = { submissionId: "s", itemId: "i", seconds: 2 };
  assert.deepEqual(judging.toSubmission(made, ids), {
    submission_id: "s",
    item_id: "i",
    preference: null,
    ranking: null,
    all_bad: true,
    ratings: {},
    spans: [],
    correction: {},
    rationale: "because",
    reasons: [],
    seconds: 2,
  });
});

for (const [slots, judgement, has] of [
  [[1], {}, true],
  [[1, 2], {}, false],
  [[1, 2], { preference: 0 }, true],
  [[1, 2, 3], { ranking: [[1], [2]] }, false],
  [[1, 2, 3], { ranking: [[1], [2, 3]] }, true],
  [[1, 2, 3], { all_bad: true }, true],
]) {
  test(`${slots.length} answers, ${JSON.stringify(judgement)}: ${has ? "a" : "no"} verdict`, () => {
    assert.equal(judging.hasVerdict({ ...judging.blank(), ...judgement }, slots), has);
  });
}

test("a correction that says the same takes itself back", () => {
  const made = judging.correct(judging.blank(), 2, "Better", "Good");
  assert.deepEqual(made.correction, { 2: "Better" });
  assert.deepEqual(judging.correct(made, 2, "Good", "Good").correction, {});
});

test("a reason is given and taken back", () => {
  const given = judging.toggleReason(judging.blank(), "facts");
  assert.deepEqual(given.reasons, ["facts"]);
  assert.deepEqual(judging.toggleReason(given, "facts").reasons, []);
});

test("judgements are the same whatever order their scores were given in", () => {
  const score = (one, key) => judging.rate(one, 1, key, 1);
  const one = score(score(judging.blank(), "help"), "style");
  const other = score(score(judging.blank(), "style"), "help");
  assert.ok(judging.same(one, other));
  assert.ok(!judging.same(one, judging.prefer(one, 1)));
});
