// What a project's settings make of the screen: the item view with its tag keys, and the sheets.

import { ItemView } from "./itemView.js";
import { withHotkeys } from "./keys.js";
import { HUES } from "./paint.js";
import { guidelinesSheet, keySheet } from "./panels.js";

/** Equal for data that look alike on screen. */
export const looksOf = ({ rubric, taxonomy, asks, guidelines }) =>
  JSON.stringify([rubric, taxonomy, asks, guidelines]);

/** `actions` are what the item view may ask for. */
export function build({ rubric, taxonomy, asks, guidelines }, actions) {
  const known = asks.spans ? (taxonomy?.categories ?? []) : [];
  const categories = withHotkeys(known).map((one, at) => ({ ...one, hue: at % HUES }));
  const hotkeys = Object.fromEntries(categories.map(({ hotkey, key }) => [hotkey, key]));
  const view = new ItemView({ asks, rubric, categories, on: actions });
  const sheets = { help: keySheet({ asks, categories }), guidelines: guidelinesSheet(guidelines) };
  return { view, sheets, hotkeys };
}
