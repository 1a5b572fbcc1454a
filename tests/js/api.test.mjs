import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../../workbench/ui/deck/api.js";
import { response } from "./fakes.mjs";

function make(answer) {
  const calls = [];
  const fetch = async (url, options) => {
    calls.push({ url, ...options });
    return answer(calls.length);
  };
  return { api: new Api({ base: "/api/v1/", token: "t", fetch }), calls };
}

const submission = (rationale = "") => ({ submission_id: "s", item_id: "i", rationale });

test("a claim goes to the project with count, tab and token", async () => {
  const { api, calls } = make(() => response(200, { items: [], held_by: null }));
  assert.deepEqual(await api.claim("my project", 3, "tab"), { items: [], held_by: null });
  assert.equal(calls[0].url, "/api/v1/projects/my%20project/claim");
  assert.equal(calls[0].headers.Authorization, "Bearer t");
  assert.deepEqual(JSON.parse(calls[0].body), { count: 3, tab: "tab", take_over: false });
});

for (const [status, kind] of [
  [401, "auth"],
  [403, "auth"],
  [409, "refused"],
  [422, "refused"],
  [429, "server"],
  [500, "server"],
  [503, "server"],
]) {
  test(`${status} is “${kind}”, with the server's words`, async () => {
    const error = { code: "x", message: "Because.", remedy: "Do this." };
    const { api } = make(() => response(status, { error }));
    const expected = { kind, status, message: "Because.", remedy: "Do this." };
    await assert.rejects(api.send("judgement", submission()), expected);
  });
}

test("a pause is told from a role that may not, which need another sign-in", async () => {
  const error = { code: "paused", message: "Paused.", remedy: "Ask." };
  const { api } = make(() => response(403, { error }));
  await assert.rejects(api.claim("p", 1, "tab"), { kind: "paused", remedy: "Ask." });
});

test("a page instead of data is no acknowledgement", async () => {
  const { api } = make(() => response(200, "<html>", { type: "text/html" }));
  await assert.rejects(api.send("judgement", submission()), { kind: "server" });
});

test("a lost connection is “offline”", async () => {
  const { api } = make(() => {
    throw new TypeError("Failed to fetch");
  });
  await assert.rejects(api.send("judgement", submission()), { kind: "offline" });
});

test("a submission outlives the page if it is small enough for that", async () => {
  const { api, calls } = make(() => response(200, {}));
  await api.send("judgement", submission());
  await api.send("judgement", submission("é".repeat(40_000)));
  assert.deepEqual(calls.map(({ keepalive }) => keepalive), [true, false]);
});

test("a keepalive request that no longer fits beside others goes the plain way", async () => {
  const { api, calls } = make((call) => {
    if (call === 1) throw new TypeError("quota");
    return response(200, { accepted: true });
  });
  assert.deepEqual(await api.send("judgement", submission()), { accepted: true });
  assert.deepEqual(calls.map(({ keepalive }) => keepalive), [true, false]);
});

test("a clock that is off is noticed", async () => {
  const date = new Date(Date.now() - 3_600_000).toUTCString();
  const { api } = make(() => response(200, { items: [] }, { date }));
  await api.claim("p", 1, "tab");
  assert.ok(Math.abs(api.clockAhead - 3_600_000) < 5_000);
});
