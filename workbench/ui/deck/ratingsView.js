// The rubric: one row a criterion with a scale for each answer, and beside the rows the question
// and anchor texts of the criterion in hand. All panels share one place, so nothing ever jumps.

import { h } from "./dom.js";

const scoresOf = ({ min, max }) => Array.from({ length: max - min + 1 }, (_, at) => min + at);

const SUGGESTED = " (suggested)";

const anchorView = (score, text) =>
  h("li", { "data-score": String(score) }, h("b", {}, String(score)), text);

export class RatingsView {
  /** `answers` are `{slot, label}`; `onRate(slot, criterion, score)` follows a choice. */
  constructor(rubric, answers, onRate) {
    Object.assign(this, { rubric, answers, onRate, scales: [], panels: new Map() });
    const rows = rubric.criteria.map((criterion) => this.rowView(criterion));
    const panels = rubric.criteria.map((criterion) => this.panelView(criterion));
    this.root = h(
      "section",
      { class: "ratings", "aria-label": "Ratings" },
      h("div", { class: "rows" }, rows),
      h("div", { class: "panels" }, panels),
    );
    this.activate(rubric.criteria[0]?.key);
  }

  rowView(criterion) {
    const name = h("div", { class: "criterion" }, criterion.title);
    if (!criterion.required) name.append(h("small", {}, "optional"));
    const scales = this.answers.map((answer) => this.scaleView(criterion, answer));
    const activate = () => this.activate(criterion.key);
    return h("div", { class: "row", onfocusin: activate, onpointerenter: activate }, name, scales);
  }

  scaleView(criterion, { slot, label }) {
    const points = scoresOf(criterion).map((score) => this.pointView(criterion, slot, score));
    const group = h(
      "div",
      {
        class: "scale",
        role: "radiogroup",
        "aria-label": `${criterion.title}, answer ${label}: ${criterion.question}`,
        "aria-required": String(criterion.required),
      },
      h("span", { class: "side", "aria-hidden": "true" }, label),
      points,
    );
    this.scales.push({ slot, criterion, group, points });
    return group;
  }

  pointView(criterion, slot, score) {
    const anchor = criterion.anchors?.[score];
    return h(
      "button",
      {
        class: "point",
        type: "button",
        role: "radio",
        "aria-checked": "false",
        "aria-label": anchor ? `${score}: ${anchor}` : String(score),
        "data-testid": `rate-${slot}-${criterion.key}-${score}`,
        onclick: () => this.onRate(slot, criterion, score),
        onpointerenter: () => this.pointOut(criterion.key, score),
      },
      String(score),
    );
  }

  panelView(criterion) {
    const anchors = scoresOf(criterion)
      .filter((score) => criterion.anchors?.[score])
      .map((score) => anchorView(score, criterion.anchors[score]));
    const question = h("p", { class: "question" }, criterion.question);
    const panel = h("div", { class: "panel" }, question, h("ul", {}, anchors));
    this.panels.set(criterion.key, panel);
    return panel;
  }

  /** A new item: the first criterion is in hand again. */
  restart() {
    this.activate(this.rubric.criteria[0]?.key);
  }

  activate(key) {
    for (const [one, panel] of this.panels) panel.toggleAttribute("data-active", one === key);
    for (const { criterion, group } of this.scales) {
      group.parentElement?.toggleAttribute("data-active", criterion.key === key);
    }
    this.pointOut(key, null);
  }

  pointOut(key, score) {
    for (const line of this.panels.get(key)?.querySelectorAll("li") ?? []) {
      line.toggleAttribute("data-pointed", line.dataset.score === String(score));
    }
  }

  /**
   * Marks the scores given, and those suggested as `{slot, criterion, score}`; one point of each
   * scale is reachable by Tab, as in a radio group.
   */
  sync(ratings, suggested = []) {
    this.suggest(suggested);
    for (const { slot, criterion, points } of this.scales) {
      const score = ratings[slot]?.[criterion.key];
      const chosen = score === undefined ? -1 : score - criterion.min;
      points.forEach((point, at) => {
        point.setAttribute("aria-checked", String(at === chosen));
        point.tabIndex = at === Math.max(chosen, 0) ? 0 : -1;
      });
    }
  }

  suggest(suggested) {
    for (const { slot, criterion, points } of this.scales) {
      const isIt = (one) => one.slot === slot && one.criterion === criterion.key;
      const score = suggested.find(isIt)?.score;
      points.forEach((point, at) => {
        const ghost = criterion.min + at === score;
        if (point.hasAttribute("data-suggested") === ghost) return;
        point.toggleAttribute("data-suggested", ghost);
        const label = point.getAttribute("aria-label").replace(SUGGESTED, "");
        point.setAttribute("aria-label", ghost ? label + SUGGESTED : label);
      });
    }
  }

  /** The scale that holds `element`, if any. */
  scaleOf(element) {
    return this.scales.find(({ group }) => group.contains(element)) ?? null;
  }

  focus(slot, key) {
    const scale = this.scales.find((one) => one.slot === slot && one.criterion.key === key);
    this.focusPoint(scale);
  }

  focusFirstOpen(ratings) {
    const open = this.scales.find((one) => ratings[one.slot]?.[one.criterion.key] === undefined);
    this.focusPoint(open ?? this.scales[0]);
  }

  focusPoint(scale) {
    scale?.points.find((point) => point.tabIndex === 0)?.focus();
  }
}
