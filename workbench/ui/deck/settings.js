// What a project's settings make of the screen: the item views with their tag keys, and the sheets.

import { asideSheet } from "./asideSheet.js";
import { ItemView } from "./itemView.js";
import { withHotkeys } from "./keys.js";
import { HUES } from "./paint.js";
import { guidelinesSheet, keySheet } from "./panels.js";
import { ProgressSheet } from "./progressSheet.js";

/** Equal for data that look alike on screen. */
export const looksOf = ({ rubric, taxonomy, asks, guidelines, reasons, forced }) =>
  JSON.stringify([rubric, taxonomy, asks, guidelines, reasons, forced]);

/** `on` are what the item views may ask for, `aside(kind, words)` and `progress()`. */
export function build({ rubric, taxonomy, asks, guidelines, reasons, forced }, on) {
  const known = asks.spans ? (taxonomy?.categories ?? []) : [];
  const categories = withHotkeys(known).map((one, at) => ({ ...one, hue: at % HUES }));
  const hotkeys = Object.fromEntries(categories.map(({ hotkey, key }) => [hotkey, key]));
  const options = { asks, rubric, categories, reasons, forced, on };
  const views = new Map();
  const viewOf = (count) => {
    if (!views.has(count)) views.set(count, new ItemView({ count, ...options }));
    return views.get(count);
  };
  const sheets = {
    help: keySheet({ asks, categories, forced }),
    guidelines: guidelinesSheet(guidelines),
    skip: asideSheet("skip", on.aside),
    flag: asideSheet("flag", on.aside),
    progress: new ProgressSheet(on.progress).root,
  };
  return { views, viewOf, sheets, hotkeys };
}
