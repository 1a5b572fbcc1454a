// Suggestions: what is accepted, changed and refused by what stands in the judgement.

import assert from "node:assert/strict";
import { test } from "node:test";

import { suggestionWords } from "../../workbench/ui/deck/barView.js";
import * as judging from "../../workbench/ui/deck/judgement.js";
import * as suggesting from "../../workbench/ui/deck/suggestions.js";

const PROJECT = {
  asks: { spans: true, ratings: true },
  rubric: { criteria: [{ key: "help" }, { key: "style" }] },
  taxonomy: { categories: [{ key: "wrong" }, { key: "vague" }] },
};
const suggested = (start, end, category = "wrong") => ({ start, end, category, quote: "…" });
const itemWith = (...suggestions) => ({
  answers: suggestions.map((suggestion, at) => ({ slot: at + 1, suggestion })),
});
const ITEM = itemWith(
  { spans: [suggested(10, 20), suggested(30, 40, "vague")], ratings: { help: 3 } },
  { spans: [], ratings: { help: 1, style: 2 } },
);
const ALL = suggesting.suggestedOn(ITEM, PROJECT);
const [FIRST, SECOND] = ALL.spans;
const tag = (start, end, more = {}) => ({ slot: 1, start, end, category: "wrong", ...more });
const tagged = (...tags) => tags.reduce(judging.addSpan, judging.blank());
const counts = (judgement, all = ALL) => Object.values(suggesting.counted(judgement, all));

test("suggestions of all answers, in the order of the text", () => {
  const item = itemWith({ spans: [suggested(30, 40), suggested(10, 20)], ratings: {} }, null);
  const { spans, ratings } = suggesting.suggestedOn(item, PROJECT);
  assert.deepEqual(spans.map(({ key, start }) => [key, start]), [["1/1", 10], ["1/0", 30]]);
  assert.deepEqual(ratings, []);
});

test("the same suggestion twice is one", () => {
  const item = itemWith({ spans: [suggested(1, 2), suggested(1, 2), suggested(1, 2, "vague")] });
  assert.equal(suggesting.suggestedOn(item, PROJECT).spans.length, 2);
});

for (const [name, item, project] of [
  ["without suggestions", itemWith(null, null), PROJECT],
  ["with empty ones", itemWith({ spans: [], ratings: {} }), PROJECT],
  ["of kinds that the project does not know", itemWith({ spans: [suggested(0, 1, "gone")], ratings: { gone: 1 } }), PROJECT],
  ["of what the project does not ask for", ITEM, { ...PROJECT, asks: { spans: false, ratings: false } }],
  ["in a project without rubric and taxonomy", ITEM, { ...PROJECT, rubric: null, taxonomy: null }],
]) {
  test(`an item ${name} is not assisted`, () => {
    assert.ok(!suggesting.isAssisted(suggesting.suggestedOn(item, project)));
  });
}

const SPANS = { spans: ALL.spans, ratings: [] };
for (const [name, judgement, expected] of [
  ["nothing answered", tagged(), [0, 0, 2]],
  ["one as it was", tagged(tag(10, 20)), [1, 0, 1]],
  ["both as they were", tagged(tag(30, 40, { category: "vague" }), tag(10, 20)), [2, 0, 0]],
  ["another severity", tagged(tag(10, 20, { severity: "major" })), [0, 1, 1]],
  ["another kind", tagged(tag(10, 20, { subtype: "evident" })), [0, 1, 1]],
  ["another category", tagged(tag(10, 20, { category: "vague" })), [0, 1, 1]],
  ["other boundaries", tagged(tag(12, 20)), [0, 1, 1]],
  ["a note and evidence leave it as it was", tagged(tag(10, 20, { note: "x", evidence_start: 1 })), [1, 0, 1]],
  ["a tag beside it is none of it", tagged(tag(20, 30)), [0, 0, 2]],
  ["a tag on the other answer neither", tagged(tag(10, 20, { slot: 2 })), [0, 0, 2]],
  ["one tag over both counts for one", tagged(tag(10, 40)), [0, 1, 1]],
  ["two tags on one", tagged(tag(10, 20), tag(12, 14)), [1, 0, 1]],
  ["as it was goes before overlapping", tagged(tag(28, 40), tag(30, 40, { category: "vague" })), [1, 0, 1]],
  ["refused", suggesting.refuse(tagged(tag(10, 20)), SECOND), [1, 0, 1]],
]) {
  test(`spans, ${name}: ${expected}`, () => assert.deepEqual(counts(judgement, SPANS), expected));
}

const RATINGS = { spans: [], ratings: ALL.ratings };
for (const [ratings, expected] of [
  [{}, [0, 0, 3]],
  [{ 1: { help: 3 } }, [1, 0, 2]],
  [{ 1: { help: 0 } }, [0, 1, 2]],
  [{ 1: { style: 3 } }, [0, 0, 3]],
  [{ 1: { help: 3 }, 2: { help: 2, style: 2 } }, [2, 1, 0]],
]) {
  test(`ratings ${JSON.stringify(ratings)}: ${expected}`, () => {
    assert.deepEqual(counts({ ...judging.blank(), ratings }, RATINGS), expected);
  });
}

test("every suggestion is counted once, whatever was done", () => {
  const total = ALL.spans.length + ALL.ratings.length;
  for (let at = 0; at < 200; at += 1) {
    const draw = (below) => Math.floor(below * Math.abs(Math.sin(at * 7.3 + below)));
    const tags = Array.from({ length: draw(4) }, (_, i) => tag(draw(30) + i, 31 + draw(20)));
    const judgement = { ...tagged(...tags), ratings: { 2: { help: draw(4) } } };
    assert.equal(counts(judgement).reduce((sum, one) => sum + one), total);
  }
});

test("accepting makes it a tag of the reviewer's, in the view it was read in", () => {
  const made = suggesting.accept(judging.blank(), FIRST, "markdown");
  const { slot, start, end, category, view, key } = made.spans[0];
  assert.deepEqual([slot, start, end, category, view], [1, 10, 20, "wrong", "markdown"]);
  assert.equal(key, undefined);
  assert.deepEqual(suggesting.openIn(made, ALL).spans, [SECOND]);
});

test("what was tagged by hand already is not tagged twice", () => {
  const made = suggesting.accept(tagged(tag(10, 20, { note: "mine" })), FIRST, "plain");
  assert.deepEqual(made.spans.map(({ note }) => note), ["mine"]);
});

test("refusing is remembered, once, and can be thought better of", () => {
  const once = suggesting.refuse(judging.blank(), FIRST);
  assert.equal(suggesting.refuse(once, FIRST), once);
  assert.deepEqual(suggesting.openIn(once, ALL).spans, [SECOND]);
  assert.ok(judging.isTouched(once));
  assert.deepEqual(suggesting.accept(once, FIRST, "plain").refused, []);
});

test("taking off a tag that came of a suggestion refuses it", () => {
  const made = suggesting.accept(tagged(tag(50, 60)), FIRST, "plain");
  assert.deepEqual(suggesting.takeOff(made, 1, ALL).refused, [FIRST.key]);
  assert.deepEqual(suggesting.takeOff(made, 0, ALL).refused, []);
  assert.equal(suggesting.takeOff(made, 0, ALL).spans.length, 1);
});

test("accepting the ratings leaves what was scored already", () => {
  const now = judging.rate(judging.blank(), 2, "help", 4);
  const made = suggesting.acceptRatings(now, ALL.ratings.filter(({ slot }) => slot === 2));
  assert.deepEqual(made.ratings, { 2: { help: 4, style: 2 } });
  assert.deepEqual(suggesting.openIn(made, ALL).ratings, [ALL.ratings[0]]);
});

test("a draft brings back what was decided; the submission only counts it", () => {
  const made = suggesting.refuse(suggesting.accept(judging.blank(), FIRST, "plain"), SECOND);
  const draft = JSON.parse(JSON.stringify(judging.toDraft(made, 1)));
  assert.deepEqual(judging.fromDraft(draft), made);
  const suggestions = suggesting.counted(made, ALL);
  const ids = { submissionId: "s", itemId: "i", seconds: 2 };
  const sent = judging.toSubmission(made, { ...ids, suggestions });
  assert.equal(sent.refused, undefined);
  assert.deepEqual(sent.suggestions, { accepted: 1, changed: 0, refused: 4 });
  assert.ok(!("suggestions" in judging.toSubmission(made, ids)));
});

for (const [spans, ratings, inHand, words] of [
  [0, 0, null, ""],
  [1, 0, null, "1 suggestion not taken"],
  [1, 2, null, "3 suggestions not taken"],
  [2, 2, FIRST, "Wrong: A accepts, X refuses"],
]) {
  test(`the bar says “${words}”`, () => {
    const open = { spans: ALL.spans.slice(0, spans), ratings: ALL.ratings.slice(0, ratings) };
    assert.equal(suggestionWords({ open, inHand }, () => "Wrong"), words);
  });
}
