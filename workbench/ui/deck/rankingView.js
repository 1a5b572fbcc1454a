// The ranking of three answers or more: tiers from best to worst, built by keys, by clicks or by
// dragging. Chips that are side by side in one tier are tied.

import { h, keycap } from "./dom.js";
import { isRanked, placed, shifted, without } from "./ranking.js";

export class RankingView {
  /** `answers` are `{slot, label}`; `on` has `rank(ranking)`, `place(slot)` and `tie()`. */
  constructor({ answers, forced, on }) {
    Object.assign(this, { answers, on, ranking: [] });
    this.rest = h("div", { class: "unranked", "data-testid": "unranked" });
    this.tiers = h("ol", { class: "tiers", "data-testid": "ranking" });
    this.accept(this.rest, (slot) => without(this.ranking, slot));
    const tie = h(
      "button",
      { class: "quiet", type: "button", "data-testid": "tie", onclick: () => on.tie() },
      keycap("="),
      "Tie the last two",
    );
    this.root = h(
      "div",
      { class: "ranking", role: "group", "aria-label": "Ranking, best first" },
      this.rest,
      this.tiers,
      forced ? null : tie,
    );
  }

  sync(ranking) {
    if (ranking === this.ranking && this.tiers.childElementCount) return;
    const focused = this.root.getRootNode().activeElement?.dataset?.slot;
    this.ranking = ranking;
    const open = this.answers.filter(({ slot }) => !isRanked(ranking, slot));
    this.rest.replaceChildren(
      h("small", {}, open.length ? "Best first:" : "All ranked"),
      ...open.map((answer) => this.chip(answer)),
    );
    const tiers = ranking.flatMap((tier, at) => [this.gap(at), this.tier(tier, at)]);
    this.tiers.replaceChildren(...tiers, this.gap(ranking.length));
    if (focused) this.root.querySelector(`[data-slot="${focused}"]`)?.focus();
  }

  tier(slots, at) {
    const chips = slots.map((slot) => this.chip(this.answers.find((one) => one.slot === slot)));
    const place = h("li", { class: "tier", "data-testid": "tier" }, h("small", {}, `${at + 1}.`), chips);
    this.accept(place, (slot) => placed(this.ranking, slot, at, true));
    return place;
  }

  gap(at) {
    const place = h("li", { class: "tiergap", "aria-hidden": "true" });
    this.accept(place, (slot) => placed(this.ranking, slot, at, false));
    return place;
  }

  chip({ slot, label }) {
    const ranked = isRanked(this.ranking, slot);
    return h(
      "button",
      {
        class: "chip",
        type: "button",
        draggable: "true",
        "data-slot": String(slot),
        "data-testid": `chip-${slot}`,
        "aria-label": ranked ? `Answer ${label}: arrows move it` : `Rank answer ${label} next`,
        onclick: () => this.on.place(slot),
        onkeydown: (event) => this.onKey(event, slot),
        ondragstart: (event) => event.dataTransfer.setData("text/plain", String(slot)),
      },
      keycap(String(slot)),
      label,
    );
  }

  onKey(event, slot) {
    const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    this.on.rank(shifted(this.ranking, slot, by));
  }

  /** Makes `place` a target for chips; `become(slot)` is the ranking after the drop. */
  accept(place, become) {
    const mark = (over) => (event) => {
      event.preventDefault();
      place.toggleAttribute("data-over", over);
    };
    place.addEventListener("dragover", mark(true));
    place.addEventListener("dragleave", mark(false));
    place.addEventListener("drop", (event) => {
      mark(false)(event);
      const slot = Number(event.dataTransfer.getData("text/plain"));
      if (this.answers.some((answer) => answer.slot === slot)) this.on.rank(become(slot));
    });
  }
}
