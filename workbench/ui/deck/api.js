// The calls of the deck to the workbench's HTTP API, and what can go wrong with them.

const KEEPALIVE_BYTES = 60_000; // browsers refuse keepalive bodies of more than 64 KiB in all
const TIMEOUT_MS = 15_000;

/**
 * `kind`: "offline" and "server" are worth a retry, "auth" needs a token, "paused" a lead's leave,
 * "refused" is final.
 */
export class ApiError extends Error {
  constructor(kind, message, { status = 0, code = "", remedy = "" } = {}) {
    super(message);
    Object.assign(this, { kind, status, code, remedy });
  }
}

function kindOf(status, code) {
  if (status === 403 && code === "paused") return "paused";
  if (status === 401 || status === 403) return "auth";
  return status >= 500 || status === 408 || status === 429 ? "server" : "refused";
}

const isJson = (response) =>
  (response.headers.get("content-type") ?? "").includes("application/json");

async function payloadOf(response) {
  // A wrong path answers 200 with a page, so a status alone proves nothing.
  const payload = isJson(response) ? await response.json().catch(() => null) : null;
  const status = response.status;
  if (response.ok && payload !== null) return payload;
  if (response.ok) throw new ApiError("server", "The server sent a page, not data.", { status });
  const { message = `The server answered ${status}.`, code, remedy } = payload?.error ?? {};
  throw new ApiError(kindOf(status, code), message, { status, code, remedy });
}

export class Api {
  constructor({ base, token, fetch }) {
    this.base = base.replace(/\/$/, "");
    this.token = token;
    this.fetch = fetch;
    this.clockAhead = 0; // how far this machine's clock is ahead of the server's, in ms
  }

  claim(project, count, tab, takeOver = false) {
    const path = `/projects/${encodeURIComponent(project)}/claim`;
    return this.call("POST", path, { count, tab, take_over: takeOver });
  }

  /** What the outbox sends: a judgement, or a skip or flag, which name their item in the path. */
  send(kind, { submission_id: id, item_id: item, ...body }) {
    const lasting = { lasting: true };
    if (kind === "judgement") {
      return this.call("POST", "/judgements", { submission_id: id, item_id: item, ...body }, lasting);
    }
    return this.call("POST", `/items/${encodeURIComponent(item)}/${kind}`, body, lasting);
  }

  undo(project, before) {
    return this.call("POST", `/projects/${encodeURIComponent(project)}/undo`, { before });
  }

  progress(project, since) {
    const query = `since=${encodeURIComponent(since)}`;
    return this.call("GET", `/projects/${encodeURIComponent(project)}/progress?${query}`);
  }

  saveDraft(itemId, draft, options) {
    return this.call("PUT", `/drafts/${encodeURIComponent(itemId)}`, { draft }, options);
  }

  release(itemIds, tab) {
    return this.call("POST", "/leases/release", { item_ids: itemIds, tab }, { lasting: true });
  }

  /** `lasting` calls finish even when the page is closed in the middle of them. */
  async call(method, path, body, { signal, lasting = false } = {}) {
    const text = body && JSON.stringify(body);
    const keepalive = lasting && new TextEncoder().encode(text).length < KEEPALIVE_BYTES;
    const response = await this.request(method, path, text, { signal, keepalive });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.clockAhead = Date.now() - date;
    return payloadOf(response);
  }

  async request(method, path, body, { signal, keepalive }) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const options = {
      method,
      body,
      keepalive,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" },
    };
    try {
      return await this.fetch(this.base + path, options);
    } catch (error) {
      // Several lasting calls share the 64 KiB; one that no longer fits still goes the plain way.
      if (keepalive && !options.signal.aborted) {
        return this.request(method, path, body, { signal, keepalive: false });
      }
      throw new ApiError("offline", "The server cannot be reached.", { code: error.name });
    }
  }
}
