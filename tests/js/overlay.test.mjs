import assert from "node:assert/strict";
import { test } from "node:test";

import { actionFor } from "../../workbench/ui/overlay/keys.js";
import { runsOf, tagsOn } from "../../workbench/ui/overlay/runs.js";
import {
  outcomeWords,
  preferenceWords,
  standingWords,
  tagWords,
  verdictWords,
} from "../../workbench/ui/overlay/words.js";

const shape = (text, tags) => runsOf(text, tags).map((run) => [run.text, run.tags.length]);

test("a text without tags is one run", () => {
  assert.deepEqual(shape("plain", []), [["plain", 0]]);
  assert.deepEqual(shape("", []), []);
});

test("runs end where a tag begins or ends, and know how many lie over them", () => {
  const tags = [{ start: 2, end: 6 }, { start: 4, end: 8 }, { start: 4, end: 6 }];
  assert.deepEqual(shape("abcdefghij", tags), [
    ["ab", 0],
    ["cd", 1],
    ["ef", 3],
    ["gh", 1],
    ["ij", 0],
  ]);
});

test("runs count code points, and put together they are the text", () => {
  const text = "a 🎉 b 👩‍🔧 שלום\r\n";
  const tags = [{ start: 2, end: 3 }, { start: 6, end: 9 }];
  assert.equal(runsOf(text, tags)[1].text, "🎉");
  assert.equal(runsOf(text, tags)[3].text, "👩‍🔧");
  assert.equal(runsOf(text, tags).map((run) => run.text).join(""), text);
});

test("a tag that reaches past the text is cut", () => {
  assert.deepEqual(shape("abc", [{ start: 1, end: 99 }]), [["a", 0], ["bc", 1]]);
});

test("the tags of one answer, of everybody or of one reviewer", () => {
  const opinions = [
    { who: "A", spans: [{ slot: 1, start: 0 }, { slot: 2, start: 1 }] },
    { who: "B", spans: [{ slot: 1, start: 2 }] },
  ];
  assert.deepEqual(tagsOn(opinions, 1).map(({ who }) => who), ["A", "B"]);
  assert.deepEqual(tagsOn(opinions, 1, "B"), [{ slot: 1, start: 2, who: "B" }]);
});

const press = (key, more = {}, focus = {}) =>
  actionFor({ key, ...more }, { count: 2, waits: true, onButton: false, ...focus });

test("digits rule on a pair, from 1 much better to 2 much better", () => {
  const ruled = ["1", "4", "7"].map((key) => press(key).preference);
  assert.deepEqual(ruled, [-3, 0, 3]);
  assert.deepEqual(press("0"), { type: "allBad" });
  assert.equal(press("8"), null);
});

test("digits place the answers of a ranking, and Enter rules", () => {
  const focus = { count: 3 };
  assert.deepEqual(press("3", {}, focus), { type: "place", slot: 3 });
  assert.equal(press("4", {}, focus), null);
  assert.deepEqual(press("=", {}, focus), { type: "tie" });
  assert.deepEqual(press("Enter", {}, focus), { type: "ruleRanking" });
  assert.equal(press("Enter", {}, { ...focus, onButton: true }), null);
});

test("a single answer has no ruling", () => {
  assert.equal(press("1", {}, { count: 1 }), null);
  assert.deepEqual(press("a", {}, { count: 1 }), { type: "accept" });
});

test("a key that is held, or pressed with another, decides nothing", () => {
  for (const more of [{ repeat: true }, { ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
    assert.equal(press("a", more), null);
  }
});

test("what was decided can be looked at again, and left", () => {
  const focus = { waits: false };
  for (const key of ["a", "x", "q", "1", "0"]) assert.equal(press(key, {}, focus), null, key);
  assert.deepEqual(press("l", {}, focus), { type: "again" });
  assert.deepEqual(press("n", {}, focus), { type: "next" });
  assert.equal(press("l"), null);
});

test("Streamlit's own letters stay its own", () => {
  assert.equal(press("r"), null);
  assert.equal(press("c"), null);
});

test("verdicts in words", () => {
  assert.equal(preferenceWords(-3), "1 much better");
  assert.equal(preferenceWords(0), "About the same");
  const said = { preference: null, ranking: null, all_bad: false };
  assert.equal(verdictWords({ ...said, preference: 1 }), "2 slightly better");
  assert.equal(verdictWords({ ...said, ranking: [[2], [1, 3]] }), "2 > 1 = 3");
  assert.equal(verdictWords({ ...said, all_bad: true }), "All bad");
  assert.equal(verdictWords({ ...said, all_bad: true, preference: 2 }), "All bad; 2 better");
  assert.equal(verdictWords(said), "No verdict");
});

test("what became of an item", () => {
  const ruling = { preference: -1, ranking: null, all_bad: false };
  const of = (decision, more = {}) =>
    outcomeWords({ looks: [{ decision }], ruling: null, opinions: [{ withdrawn: false }], ...more });
  assert.equal(of(null), null);
  assert.equal(of("ruled", { ruling }), "Ruled: 1 slightly better");
  assert.equal(of("requeued"), "Asked for more judgements");
  assert.equal(of("requeued", { opinions: [{ withdrawn: true }] }), "Asked to be judged anew");
  assert.equal(of("accepted", { ruling }).endsWith("The ruling stands: 1 slightly better"), true);
  assert.equal(outcomeWords({ looks: [], ruling: null, opinions: [] }), "Nobody looked at it yet");
});

test("a tag in words: who, what, how bad, why", () => {
  const categories = [{ key: "x", title: "Conflict", subtypes: [{ key: "e", title: "Evident" }] }];
  const tag = { who: "B", category: "x", subtype: "e", severity: "major", note: "<b>" };
  assert.equal(tagWords(tag, categories), "B · Conflict, evident, major · “<b>”");
  assert.equal(tagWords({ who: "A", category: "gone" }, categories), "A · gone");
});

test("why a judgement does not count", () => {
  assert.equal(standingWords({ counts: true, withdrawn: false }), "");
  assert.match(standingWords({ counts: false, withdrawn: true }), /^Sent back/);
  assert.match(standingWords({ counts: false, withdrawn: false }), /too late/);
});
