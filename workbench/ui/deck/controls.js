// Listens for the page: key presses, focus, selection, hiding and leaving. Everything ends with
// one AbortSignal.

import { actionFor } from "./keys.js";
import { uncover } from "./uncover.js";

const NEAREST = { block: "nearest" };
const TYPED_IN = "input, textarea, select, [contenteditable='true']";

/** Where the focus is, in the words of keys.js. `element` is the deck's own root element. */
export function focusOf(target, { element, ratings, readingPlace = () => null }) {
  if (!target || !element.contains(target)) {
    // Nothing focused, or a part of the page around the deck: its keys are the deck's.
    const host = element.getRootNode().host ?? element;
    const around = !target || target === document || target.contains?.(host);
    return around ? { zone: "deck", atRoot: true } : { zone: "elsewhere" };
  }
  if (target.matches(TYPED_IN)) return { zone: "text" };
  const reading = readingPlace(target);
  if (reading) return { zone: "reading", reading };
  const scale = ratings?.scaleOf(target);
  if (scale) return { zone: "rating", scale: scale.criterion, at: scale };
  const presses = target.matches("button") && target.getAttribute("aria-pressed") !== "true";
  if (presses) return { zone: "button" };
  return { zone: "deck", atRoot: target.tabIndex === -1 };
}

function activeElement(element) {
  return element.getRootNode().activeElement ?? document.activeElement;
}

/** Shows where digits go, so that a key's meaning can be seen before it is pressed. */
function markFocus(deck) {
  const { zone } = focusOf(activeElement(deck.element), deck.focusScope());
  deck.element.dataset.keys = ["button", "reading"].includes(zone) ? "deck" : zone;
}

function onKey(deck, event) {
  if (event.defaultPrevented || deck.sheetOpen()) return;
  const focus = focusOf(event.composedPath()[0], deck.focusScope());
  const action = actionFor(event, {
    ...focus,
    ...deck.judgingNow(),
  });
  if (action && deck.perform(action, focus)) event.preventDefault();
}

/** `deck` is what deck.js makes; see there. */
export function listen(deck, signal) {
  const on = (target, name, handler) => target.addEventListener(name, handler, { signal });
  // A text field shows its caret, but not from behind the action bar: deck.css sets the margin.
  const reveal = ({ target }) => target.matches?.(TYPED_IN) && target.scrollIntoView(NEAREST);
  on(deck.element, "focusin", reveal);
  on(document, "keydown", (event) => onKey(deck, event));
  on(document, "selectionchange", () => deck.selectionChanged());
  // Focus settles after the event: the next element is not active yet while the last one blurs.
  for (const name of ["focusin", "focusout"]) {
    on(document, name, () => queueMicrotask(() => markFocus(deck)));
    on(deck.element, name, () => queueMicrotask(() => markFocus(deck)));
  }
  on(document, "visibilitychange", () => deck.visibilityChanged(!document.hidden));
  on(window, "pagehide", () => deck.leave());
  on(window, "pageshow", (event) => event.persisted && deck.comeBack());
  on(window, "online", () => deck.reconnect());
  on(window, "focus", () => deck.lookedAt());
  on(window, "storage", () => deck.outboxChanged());
  uncover(signal);
  markFocus(deck);
}
