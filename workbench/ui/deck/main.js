// The deck's door: Streamlit calls `mount` at first and again whenever the data changes.

import { Api } from "./api.js";
import { Deck } from "./deck.js";
import { Outbox } from "./outbox.js";
import { tabId } from "./tab.js";

const decks = new WeakMap();
const outboxes = new Map();

const identityOf = ({ api, project, reviewer }) => JSON.stringify([api, project, reviewer]);

/** One outbox a reviewer for the life of the page: it goes on sending after the deck is left. */
function outboxOf({ api: base, reviewer, token }) {
  const key = JSON.stringify([base, reviewer]);
  if (!outboxes.has(key)) {
    const api = new Api({ base, token, fetch: window.fetch.bind(window) });
    const send = (submission, kind) => api.send(kind, submission);
    const outbox = new Outbox({ reviewer, send, storage: localStorage, locks: navigator.locks });
    outboxes.set(key, { api, outbox });
  }
  return outboxes.get(key);
}

function make(parent, data, tab, trigger) {
  const { api, outbox } = outboxOf(data);
  api.token = data.token;
  const deck = new Deck({ parent, data, api, outbox, tab, trigger });
  return { deck, identity: identityOf(data), calls: 0 };
}

function current(parent, data, tab, trigger) {
  const known = decks.get(parent);
  if (known?.identity === identityOf(data)) {
    known.deck.update(data, trigger);
    return known;
  }
  known?.deck.destroy();
  const made = make(parent, data, tab, trigger);
  decks.set(parent, made);
  return made;
}

/** Returns the clean-up. Of several calls only the last one's clean-up takes the deck away. */
export async function mount({ parentElement, data, setTriggerValue }) {
  const tab = await tabId();
  const held = current(parentElement, data, tab, setTriggerValue);
  held.calls += 1;
  const call = held.calls;
  return () => {
    if (held.calls !== call || decks.get(parentElement) !== held) return;
    decks.delete(parentElement);
    held.deck.destroy();
  };
}
