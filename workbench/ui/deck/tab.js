// The name of this browser tab, under which its items are held. A reload keeps it; a duplicated
// tab, which starts with a copy of its original's session storage, gets its own.

const KEY = "workbench.tab";
let named = null;

/** Holds a lock for the life of the page; false if another page holds it. */
function hold(name) {
  return new Promise((resolve) => {
    const held = (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : undefined;
    };
    navigator.locks.request(name, { ifAvailable: true }, held).catch(() => resolve(true));
  });
}

async function nameTab() {
  const known = sessionStorage.getItem(KEY);
  const mine = known && (!navigator.locks || (await hold(`${KEY}.${known}`)));
  if (mine) return known;
  const fresh = newId();
  sessionStorage.setItem(KEY, fresh);
  if (navigator.locks) await hold(`${KEY}.${fresh}`);
  return fresh;
}

export function tabId() {
  named ??= nameTab();
  return named;
}

/** A random UUID; `crypto.randomUUID` is missing where the page comes over plain HTTP. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
