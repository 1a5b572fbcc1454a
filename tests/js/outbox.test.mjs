import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../workbench/ui/deck/outbox.js";
import { saveWords } from "../../workbench/ui/deck/topView.js";
import { FakeStorage, FakeTimers } from "./fakes.mjs";

const OK = { accepted: true, duplicate: false, surplus: false };
const failure = (kind, message = kind) => Object.assign(new Error(message), { kind });
const submission = (id, item = `item-${id}`) => ({ submission_id: id, item_id: item });

function make({ storage = new FakeStorage(), answer = () => OK, ...others } = {}) {
  const sent = [];
  const timers = new FakeTimers();
  const send = async (one) => {
    sent.push(one.submission_id);
    const result = answer(one, sent.length);
    if (result instanceof Error) throw result;
    return result;
  };
  const outbox = new Outbox({ reviewer: "r1", send, storage, timers, ...others });
  const put = (id, item) => outbox.add(submission(id, item), { project: "p", counts: true });
  return { outbox, sent, timers, storage, put };
}

test("a judgement is in storage before it is sent, and leaves it when acknowledged", async () => {
  const { outbox, sent, storage, put } = make();
  put("s1");
  assert.equal(storage.length, 1);
  await outbox.wake();
  assert.deepEqual(sent, ["s1"]);
  assert.equal(storage.length, 0);
  assert.deepEqual(outbox.state(), { pending: 0, trouble: null, volatile: false });
});

test("acknowledgements are reported with their entry", async () => {
  const { outbox, put } = make({ answer: () => ({ ...OK, surplus: true }) });
  const saved = [];
  outbox.onSaved = (entry, answer) => saved.push([entry.id, entry.project, answer.surplus]);
  put("s1");
  await outbox.wake();
  assert.deepEqual(saved, [["s1", "p", true]]);
});

test("an outage keeps everything, in order, and drains once", async () => {
  let down = true;
  const { outbox, sent, timers, put } = make({ answer: () => (down ? failure("offline") : OK) });
  for (const id of ["s1", "s2", "s3"]) put(id);
  await outbox.running;
  assert.equal(outbox.state().pending, 3);
  assert.equal(outbox.state().trouble, "offline");
  down = false;
  sent.length = 0;
  timers.fire();
  await outbox.running;
  assert.deepEqual(sent, ["s1", "s2", "s3"]);
  assert.deepEqual(outbox.state(), { pending: 0, trouble: null, volatile: false });
});

test("a reload in an outage loses nothing", async () => {
  const first = make({ answer: () => failure("offline") });
  first.put("s1");
  first.put("s2");
  await first.outbox.running;
  const second = make({ storage: first.storage });
  assert.equal(second.outbox.state().pending, 2);
  await second.outbox.wake();
  assert.deepEqual(second.sent, ["s1", "s2"]);
  assert.equal(first.storage.length, 0);
});

test("retries wait longer and longer", async () => {
  const { outbox, timers, put } = make({ answer: () => failure("offline") });
  put("s1");
  const waits = [];
  for (let round = 0; round < 8; round += 1) {
    await outbox.running;
    waits.push(timers.next());
    timers.fire();
  }
  assert.ok(waits[0] <= 1200 && waits[2] > waits[0] && waits[7] >= 24_000, String(waits));
  assert.ok(Math.max(...waits) <= 36_000);
});

test("one judgement that the server stumbles over does not hold up the others", async () => {
  const { outbox, sent, put } = make({
    answer: ({ submission_id: id }) => (id === "s1" ? failure("server") : OK),
  });
  put("s1");
  put("s2");
  await outbox.running;
  assert.ok(sent.includes("s2"));
  assert.deepEqual(outbox.pending().map(({ id }) => id), ["s1"]);
});

test("a revision never overtakes what it revises", async () => {
  let stumbles = 1;
  const { outbox, sent, timers, put } = make({
    answer: () => (stumbles-- > 0 ? failure("server") : OK),
  });
  put("first", "item");
  put("revision", "item");
  await outbox.running;
  timers.fire();
  await outbox.running;
  const delivered = sent.filter((id, at) => sent.indexOf(id, at + 1) === -1);
  assert.deepEqual(delivered, ["first", "revision"]);
});

test("signed out: kept, no retry, sent when a token comes", async () => {
  let signedOut = true;
  const { outbox, timers, put } = make({ answer: () => (signedOut ? failure("auth") : OK) });
  put("s1");
  await outbox.running;
  assert.equal(outbox.state().trouble, "auth");
  assert.equal(timers.next(), undefined);
  signedOut = false;
  await outbox.wake();
  assert.equal(outbox.state().pending, 0);
});

test("a refusal is kept with its reason until it is dismissed, and not sent again", async () => {
  const { outbox, sent, storage, put } = make({ answer: () => failure("refused", "Never held.") });
  put("s1");
  await outbox.running;
  await outbox.wake();
  assert.deepEqual(sent, ["s1"]);
  assert.equal(outbox.refused()[0].refused.message, "Never held.");
  assert.equal(outbox.state().pending, 0);
  outbox.remove("s1");
  assert.equal(storage.length, 0);
});

test("each reviewer has an outbox of their own", async () => {
  const storage = new FakeStorage();
  const first = make({ storage, reviewer: "r1", answer: () => failure("offline") });
  first.put("s1");
  await first.outbox.running;
  const second = make({ storage, reviewer: "r1/x" });
  await second.outbox.wake();
  assert.deepEqual(second.sent, []);
  assert.equal(storage.length, 1);
});

test("what another tab is sending, or has sent, is left to it", async () => {
  let busy = true;
  const locks = { request: async (_name, _options, task) => task(busy ? null : {}) };
  const storage = new FakeStorage();
  const before = make({ storage, answer: () => failure("offline") }); // of a page that was left
  before.put("s1");
  await before.outbox.running;
  const { outbox, sent, timers } = make({ locks, storage });
  await outbox.wake();
  assert.deepEqual(sent, []);
  busy = false;
  storage.clear(); // the other tab was acknowledged
  timers.fire();
  await outbox.running;
  assert.deepEqual(sent, []);
});

test("full storage: the judgement is sent from memory, and the reviewer is told", async () => {
  let down = true;
  const storage = new FakeStorage({ full: true });
  const { outbox, sent, put } = make({ storage, answer: () => (down ? failure("offline") : OK) });
  put("s1");
  await outbox.running;
  assert.deepEqual(outbox.state(), { pending: 1, trouble: "offline", volatile: true });
  down = false;
  await outbox.wake();
  assert.equal(sent.at(-1), "s1");
  assert.equal(outbox.state().pending, 0);
});

test("a foreign or broken entry in storage harms nothing", async () => {
  const storage = new FakeStorage();
  storage.setItem("workbench.outbox/r1/broken", "{");
  storage.setItem("other", "1");
  const { outbox } = make({ storage });
  assert.equal(outbox.state().pending, 0);
});

for (const [state, words] of [
  [{ pending: 0, trouble: null }, "All saved"],
  [{ pending: 2, trouble: null }, "2 saving…"],
  [{ pending: 3, trouble: "auth" }, "Sign in to save 3"],
  [{ pending: 0, trouble: "auth" }, "Sign in to go on"],
  [{ pending: 2, trouble: "offline" }, "2 kept here, saving when the server is back"],
  [{ pending: 1, trouble: "offline", volatile: true }, "1 saving… keep this tab open"],
]) {
  test(`the save state says “${words}”`, () => assert.equal(saveWords(state), words));
}
