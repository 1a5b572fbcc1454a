import assert from "node:assert/strict";
import { test } from "node:test";

import { ItemClock } from "../../workbench/ui/deck/clock.js";
import { Drafts } from "../../workbench/ui/deck/drafts.js";
import { Items } from "../../workbench/ui/deck/items.js";
import { prefer } from "../../workbench/ui/deck/judgement.js";
import { Progress } from "../../workbench/ui/deck/progress.js";
import { Supply } from "../../workbench/ui/deck/supply.js";
import { FakeStorage, FakeTimers } from "./fakes.mjs";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const item = (id, extra = {}) => ({ id, lease_expires_at: "2026-01-01T00:30:00Z", ...extra });
const idOf = (entry) => entry?.item.id;

function filled(...ids) {
  const items = new Items();
  items.accept(ids.map((id) => item(id)));
  return items;
}

function judge(items, preference = 1) {
  items.current.judgement = prefer(items.current.judgement, preference);
  items.finish();
}

test("items come in order, each once", () => {
  const items = filled("a", "b");
  assert.equal(items.accept([item("b"), item("c")]), 1);
  const seen = [1, 2, 3, 4].map(() => idOf(items.next(NOW)));
  assert.deepEqual(seen, ["a", "b", "c", undefined]);
});

test("a judged item that is claimed again is not shown again", () => {
  const items = filled("a");
  items.next(NOW);
  judge(items);
  assert.equal(items.accept([item("a")]), 0);
});

test("going back shows the last judged item, then returns to the one left", () => {
  const items = filled("a", "b", "c");
  items.next(NOW);
  judge(items, -3);
  items.next(NOW);
  assert.equal(idOf(items.back()), "a");
  assert.equal(items.current.submitted.preference, -3);
  judge(items, 2);
  assert.equal(idOf(items.next(NOW)), "b");
  assert.equal(items.back().submitted.preference, 2);
});

test("going back from nothing, and beyond the first, is harmless", () => {
  const items = filled("a");
  assert.equal(items.back(), null);
  items.next(NOW);
  judge(items);
  assert.equal(items.next(NOW), null);
  assert.equal(idOf(items.back()), "a");
});

test("an item whose lease ran out unseen is skipped and may come again", () => {
  const items = new Items();
  const begun = { preference: 1, seconds: 3 };
  items.accept([item("old"), item("begun", { draft: begun })]);
  const late = NOW + 31 * 60_000;
  assert.equal(idOf(items.next(late)), "begun"); // someone's work is never dropped
  assert.equal(items.accept([item("old")]), 1);
});

test("a clock that is ahead of the server's lets no lease run out early", () => {
  const items = new Items();
  items.accept([item("a")], { clockAhead: 3_600_000 });
  assert.equal(idOf(items.next(NOW + 3_600_000)), "a");
});

test("leaving gives back what is not begun, and nothing else", () => {
  const items = filled("begun", "judged", "idle");
  items.next(NOW);
  items.current.judgement = prefer(items.current.judgement, 1);
  items.finish();
  items.next(NOW);
  items.back();
  assert.deepEqual(items.letGo(), ["judged", "idle"]);
  assert.equal(idOf(items.current), "begun");
});

test("a pause takes what is begun too, which comes again; what is being revised stays", () => {
  const items = filled("judged", "begun", "idle");
  items.next(NOW);
  judge(items);
  items.next(NOW);
  items.current.judgement = prefer(items.current.judgement, 1);
  items.back();
  assert.deepEqual(items.letAllGo(), ["begun", "idle"]);
  assert.equal(idOf(items.current), "judged");
  assert.equal(items.accept([item("begun"), item("judged")]), 1);
});

test("an item whose judgement was refused may come again", () => {
  const items = filled("a");
  items.next(NOW);
  items.forget();
  assert.equal(items.current, null);
  assert.equal(items.accept([item("a")]), 1);
});

test("a draft fills its item in", () => {
  const items = new Items();
  items.accept([item("a", { draft: { preference: -1, rationale: "so", seconds: 12 } })]);
  const entry = items.next(NOW);
  assert.deepEqual([entry.judgement.preference, entry.judgement.rationale], [-1, "so"]);
  assert.equal(entry.seconds, 12);
});

// The clock of the item on screen

function clockAt() {
  const time = { now: 0 };
  return { time, clock: new ItemClock(() => time.now) };
}

test("an item cannot be judged before it can have been seen", () => {
  const { time, clock } = clockAt();
  clock.start();
  time.now = 10_000;
  assert.ok(!clock.isOpen()); // not painted yet
  clock.paint();
  time.now += 249;
  assert.ok(!clock.isOpen());
  time.now += 1;
  assert.ok(clock.isOpen());
  clock.start();
  assert.ok(!clock.isOpen());
});

test("seconds count while the page is visible, and go on from a draft", () => {
  const { time, clock } = clockAt();
  clock.start(5);
  clock.paint();
  time.now = 2_000;
  clock.pause();
  time.now = 60_000;
  clock.resume();
  time.now = 61_500;
  assert.equal(clock.seconds(), 8.5);
});

// Drafts

function draftsWith(answer = () => {}) {
  const puts = [];
  const timers = new FakeTimers();
  const storage = new FakeStorage();
  const put = async (itemId, draft) => {
    puts.push([itemId, draft.preference]);
    const error = answer();
    if (error) throw error;
  };
  return { puts, timers, storage, drafts: new Drafts({ reviewer: "r", put, storage, timers }) };
}

test("changes are saved within a second, the newest only", async () => {
  const { puts, timers, drafts } = draftsWith();
  drafts.changed("a", { preference: 1 });
  drafts.changed("a", { preference: 2 });
  assert.ok(timers.next() < 1000);
  await timers.fire();
  assert.deepEqual(puts, [["a", 2]]);
});

test("a draft that cannot be sent waits on this machine", async () => {
  const { drafts, storage } = draftsWith(() => Object.assign(new Error(), { kind: "offline" }));
  drafts.changed("a", { preference: 3 });
  await drafts.flush();
  assert.equal(storage.length, 1);
  assert.deepEqual(drafts.of(item("a", { draft: { preference: 1 } })), { preference: 3 });
});

test("a submitted item's draft is not sent any more", async () => {
  const { puts, timers, drafts } = draftsWith();
  drafts.changed("a", { preference: 1 });
  drafts.forget("a");
  await timers.fire();
  assert.deepEqual(puts, []);
});

// Progress towards a goal

const outboxWith = (...entries) => ({ pending: () => entries });
const counted = { project: "p", counts: true, submission: { item_id: "judged" } };
const accepted = { duplicate: false, surplus: false };

test("progress counts what is saved and what is on its way", () => {
  const others = [{ project: "p", counts: false }, { project: "q", counts: true }];
  const outbox = outboxWith(counted, ...others);
  const progress = new Progress({ project: "p", outbox, done: 3, goal: 4 });
  assert.equal(progress.done(), 4);
  assert.ok(progress.shouldRest());
  assert.ok(!progress.takeNews()); // not everything is on disk yet
});

test("revisions, repeats and surplus judgements do not count; the news comes once", () => {
  const progress = new Progress({ project: "p", outbox: outboxWith(), done: 3, goal: 4 });
  progress.count({ project: "p", counts: false }, accepted);
  progress.count(counted, { ...accepted, duplicate: true });
  progress.count(counted, { ...accepted, surplus: true });
  assert.equal(progress.done(), 3);
  progress.count(counted, accepted);
  assert.deepEqual([progress.takeNews(), progress.takeNews()], [true, false]);
});

test("who comes back to a finished goal is not told again, and may go on", () => {
  const progress = new Progress({ project: "p", outbox: outboxWith(), done: 4, goal: 4 });
  assert.ok(!progress.takeNews());
  assert.ok(progress.shouldRest());
  progress.beyond = true;
  assert.ok(!progress.shouldRest());
});

test("an older count from the page does not set progress back", () => {
  const progress = new Progress({ project: "p", outbox: outboxWith(), done: 3, goal: null });
  progress.count(counted, accepted);
  progress.update({ done: 3, goal: null });
  assert.equal(progress.done(), 4);
});

test("training is counted, but takes nothing from what is open", () => {
  const progress = new Progress({ project: "p", outbox: outboxWith(), done: 0, goal: null, open: 2 });
  progress.count(counted, accepted);
  progress.countTraining();
  progress.update({ done: 0, goal: null, open: 2 }); // an older count
  assert.deepEqual([progress.done(), progress.total(), progress.left()], [1, 3, 2]);
});

// The supply

function supplyWith(answers, { pending = [] } = {}) {
  const calls = [];
  const items = new Items();
  const timers = new FakeTimers();
  const api = {
    clockAhead: 0,
    claim: async (_project, count) => {
      calls.push(count);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    release: async (ids) => calls.push(ids),
  };
  const outbox = { pending: () => pending };
  const drafts = { of: (one) => one.draft };
  const options = { api, project: "p", tab: "t", items, outbox, drafts, timers };
  return { calls, items, timers, supply: new Supply({ ...options, onChange: () => {} }) };
}

test("a claim asks for what is ahead, held and unsent, up to what the server allows", async () => {
  const claims = [{ items: [item("a")], held_by: "others" }, { items: [], held_by: "others" }];
  const { calls, items, supply } = supplyWith(claims);
  await supply.refill();
  items.next(NOW);
  await supply.refill();
  assert.deepEqual(calls, [8, 9]);
  const busy = supplyWith([{ items: [], held_by: null }], { pending: Array(5).fill(counted) });
  await busy.supply.refill();
  assert.deepEqual(busy.calls, [10]);
});

for (const [holders, pending, state] of [
  [null, [], "empty"],
  ["others", [], "taken"],
  ["own_tabs", [], "elsewhere"],
  ["others", [counted], "loading"],
]) {
  test(`no new item, held by ${holders}, ${pending.length} unsent: ${state}`, async () => {
    const { supply, timers } = supplyWith([{ items: [], held_by: holders }], { pending });
    await supply.refill();
    assert.equal(supply.state, state);
    assert.ok(timers.next() > 0);
  });
}

test("a failed claim is tried again, later each time", async () => {
  const offline = () => Object.assign(new Error("x"), { kind: "offline" });
  const { supply, timers } = supplyWith([offline(), offline(), { items: [item("a")], held_by: null }]);
  await supply.refill();
  const first = timers.next();
  await supply.refill();
  assert.ok(timers.next() > first);
  assert.equal(supply.state, "offline");
  await supply.refill();
  assert.equal(supply.state, "ready");
});

test("a pause is not taken for a lost sign-in, and is asked about again calmly", async () => {
  const paused = Object.assign(new Error("Paused."), { kind: "paused", remedy: "Ask the lead." });
  const { supply, timers } = supplyWith([paused, { items: [item("a")], held_by: null }]);
  await supply.refill();
  assert.deepEqual([supply.state, supply.said], ["paused", ["Paused.", "Ask the lead."]]);
  assert.ok(timers.next() >= 10_000);
  await supply.refill();
  assert.equal(supply.state, "ready");
});

test("an item that was judged before a reload does not come again while that is sent", async () => {
  const pending = [counted, { ...counted, kind: "flag", submission: { item_id: "flagged" } }];
  const claimed = { items: [item("judged"), item("flagged")], held_by: null };
  const { supply, items, timers } = supplyWith([claimed, { items: [item("judged")] }], { pending });
  const claiming = supply.refill();
  pending.length = 0; // it arrives after the server has looked
  await claiming;
  assert.deepEqual(items.ahead.map(idOf), ["flagged"]);
  pending.push(counted);
  const again = supply.refill();
  pending.length = 0;
  await again;
  assert.equal(supply.state, "loading");
  assert.equal(timers.next(), 1_000);
});

test("what is asked afresh does not rest on a claim that was under way", async () => {
  const claims = [{ items: [], held_by: null }, { items: [item("next")], held_by: null }];
  const { calls, supply } = supplyWith(claims);
  const claiming = supply.refill();
  supply.afresh();
  assert.equal(supply.state, "loading");
  await claiming;
  assert.deepEqual([supply.state, calls.length], ["ready", 2]);
});

test("leaving while a claim is under way gives its items back too", async () => {
  const { calls, supply } = supplyWith([{ items: [item("a")], held_by: null }]);
  const claiming = supply.refill();
  supply.stop();
  await claiming;
  assert.deepEqual(calls.at(-1), ["a"]);
});
