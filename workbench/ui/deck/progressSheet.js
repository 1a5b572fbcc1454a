// One's own progress and pace, on demand: figures to plan a day by, not a race.

import { h } from "./dom.js";
import { sheet } from "./panels.js";

const minutes = (seconds) => {
  const rounded = Math.max(1, Math.round(seconds / 60));
  return rounded < 90 ? `about ${rounded} min` : `about ${Math.round(rounded / 60)} h`;
};

/** The lines of the sheet as `[label, value]`; pure. `open` is what one could still judge. */
export function progressLines({ judged, since, goal, median_seconds: pace }, open) {
  const left = goal ? Math.max(0, goal - judged) : open;
  return [
    ["Judged today", String(since)],
    ["Judged in all", goal ? `${judged} of ${goal}` : String(judged)],
    ["Usually spent on one", pace === null ? "–" : `${Math.round(pace)} s`],
    ["Left for you", left ? `${left}${pace === null ? "" : `, ${minutes(left * pace)}`}` : "nothing"],
  ];
}

export class ProgressSheet {
  /** `ask()` resolves to `{progress, open}`; asked each time that the sheet is opened. */
  constructor(ask) {
    this.list = h("dl", { class: "keys figures" });
    this.root = sheet("How far you have come", "progress-sheet", this.list);
    const open = this.root.showModal.bind(this.root);
    this.root.showModal = () => {
      this.list.replaceChildren(h("p", {}, "Looking it up…"));
      open();
      ask().then((found) => this.show(found), () => this.show(null));
    };
  }

  show(found) {
    if (!found) return this.list.replaceChildren(h("p", {}, "The server cannot be reached."));
    const lines = progressLines(found.progress, found.open);
    const row = ([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value));
    return this.list.replaceChildren(...lines.map(row));
  }
}
