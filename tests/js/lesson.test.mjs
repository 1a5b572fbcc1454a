import assert from "node:assert/strict";
import { test } from "node:test";

import { ItemClock } from "../../workbench/ui/deck/clock.js";
import { feedbackWords, lessonWords } from "../../workbench/ui/deck/feedback.js";
import { blank, markAllBad, prefer, rank } from "../../workbench/ui/deck/judgement.js";
import { Lesson } from "../../workbench/ui/deck/lesson.js";
import { FakeTimers } from "./fakes.mjs";

const LABELS = { 1: "A", 2: "B" };
const said = (extra) => ({ right: true, better: 1, explanation: "", done: 1, of: 3, qualified: null, ...extra });

for (const [soFar, place] of [
  [{ done: 2, of: 10 }, "Training 3 of 10:"],
  [{ done: 10, of: 10 }, "Training 1 of 10:"], // another try
  [null, "Training:"],
]) {
  test(`the line on top begins with “${place}”`, () => assert.ok(lessonWords(soFar).startsWith(place)));
}

for (const [feedback, judgement, verdict] of [
  [{}, prefer(blank(), -2), "Right: A is the better answer."],
  [{ better: null }, prefer(blank(), 0), "Right: they are about the same."],
  [{ right: false }, prefer(blank(), 1), "Not as agreed: A is the better answer. You chose B."],
  [
    { right: false, better: 2 },
    prefer(blank(), 0),
    "Not as agreed: B is the better answer. You said that they are about the same.",
  ],
  [
    { right: false, better: 2 },
    markAllBad(blank()),
    "Not as agreed: B is the better answer. You said that both are bad.",
  ],
  [
    { right: false, better: null },
    prefer(blank(), -1),
    "Not as agreed: they are about the same. You chose A.",
  ],
  [{ right: false }, rank(blank(), [[2], [1]]), "Not as agreed: A is the better answer."],
]) {
  test(`the feedback says “${verdict}”`, () =>
    assert.equal(feedbackWords(said(feedback), judgement, LABELS).verdict, verdict));
}

for (const [qualified, done] of [
  [null, "1 of 3 done"],
  [true, "You are through: from now on it is real work."],
  [false, "That was the last training item."],
]) {
  test(`and at its end “${done}”`, () =>
    assert.equal(feedbackWords(said({ qualified }), blank(), LABELS).done, done));
}

test("a judgement that was answered elsewhere is saved, if without feedback", () => {
  const { right, verdict } = feedbackWords(null, blank(), LABELS);
  assert.equal(right, null);
  assert.match(verdict, /^Saved/);
});

// Waiting for the server, being told, going on

function inTraining() {
  const done = [];
  const note = (what) => () => done.push(what);
  const outbox = { waiting: ["s"], turnedDown: [] };
  const view = {
    shown: [{ slot: 1, label: "A" }, { slot: 2, label: "B" }],
    close: note("close"),
    showFeedback: ({ verdict }) => done.push(verdict),
    feedback: { wait: note("still waiting"), focus: note("focus") },
  };
  const desk = {
    data: { training: { done: 0, of: 3 } },
    items: { current: { judgement: prefer(blank(), -1) }, drop: note("drop"), forget: note("forget") },
    outbox: {
      pending: () => outbox.waiting.map((id) => ({ id })),
      refused: () => outbox.turnedDown.map((id) => ({ id })),
    },
    supply: { afresh: note("claim") },
    progress: { countTraining: () => {} },
    turn: { focus: () => {} },
    advance: note("advance"),
    view,
  };
  const time = { now: 0 };
  const timers = new FakeTimers();
  const clock = new ItemClock(() => time.now);
  const lesson = new Lesson(desk, { clock, timers, painted: (task) => task() });
  lesson.wait("s");
  return { lesson, desk, done, outbox, time, timers };
}

test("the item stays until it is answered, and until the answer can have been read", () => {
  const { lesson, desk, done, time } = inTraining();
  lesson.perform({ type: "submit" });
  lesson.answered("other", said());
  assert.deepEqual(done, ["close"]);
  assert.ok(desk.items.current.submitted); // no draft of it is sent any more
  lesson.answered("s", said());
  assert.deepEqual(done.slice(1), ["close", "Right: A is the better answer.", "focus", "claim"]);
  lesson.goOn();
  assert.ok(lesson.isOn);
  time.now = 300;
  lesson.perform({ type: "prefer" });
  assert.ok(lesson.isOn);
  lesson.perform({ type: "submit" });
  assert.deepEqual(done.slice(-2), ["drop", "advance"]);
  assert.ok(!lesson.isOn);
  assert.match(lesson.words(), /^Training 2 of 3/);
});

test("who waits is told so after a moment, and no longer once it is answered", () => {
  const { lesson, done, timers } = inTraining();
  timers.fire();
  assert.equal(done.at(-1), "still waiting");
  const quick = inTraining();
  quick.lesson.answered("s", said());
  quick.timers.fire();
  assert.ok(!quick.done.includes("still waiting"));
  lesson.stop();
});

test("an answer that went to another tab lets one go on", () => {
  const { lesson, done, outbox } = inTraining();
  lesson.lookUp();
  assert.deepEqual(done, ["close"]);
  outbox.waiting = [];
  lesson.lookUp();
  assert.ok(done.some((what) => what.startsWith("Saved")));
});

test("a refused judgement ends the wait; its item may come again", () => {
  const { lesson, done, outbox } = inTraining();
  Object.assign(outbox, { waiting: [], turnedDown: ["s"] });
  lesson.lookUp();
  assert.deepEqual(done.slice(-2), ["forget", "advance"]);
  assert.ok(!lesson.isOn);
});
