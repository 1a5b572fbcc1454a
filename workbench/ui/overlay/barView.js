// The action bar: the ruling, and what else can be decided. The choices look alike on purpose.

import { h, keycap } from "../deck/dom.js";
import { RankingView } from "../deck/rankingView.js";
import { preferenceWords, SCALE } from "./words.js";

const ACTIONS = [
  ["accept", "A", "Accept"],
  ["more", "Q", "Ask for more"],
  ["sendBack", "X", "Send back"],
];
const WAYS = [
  ["previous", "P", "Previous"],
  ["next", "N", "Next"],
  ["help", "?", "Keys"],
];

const button = ([type, key, label], on, attributes = {}) =>
  h(
    "button",
    { type: "button", "data-testid": type, onclick: () => on({ type }), ...attributes },
    keycap(key),
    h("span", {}, label),
  );

export class BarView {
  /** `outcome` says what was decided, `ruling` is the one that stands; `on(action)` as in keys.js. */
  constructor({ count, outcome, ruling, on }) {
    Object.assign(this, { ruling });
    this.ranking = count > 2 && !outcome ? this.rankingView(count, on) : null;
    const hint = h("p", { class: "hint", role: "status", "data-testid": "said" });
    this.hint = hint;
    const ways = WAYS.map((way) => button(way, on, { class: "quiet" }));
    const asks = outcome ? [button(["again", "L", "Look at it again"], on)] : this.decisions(count, on);
    const said = { class: "outcome", "data-testid": "outcome" };
    const choices = outcome ? h("p", said, outcome) : this.choices(count, on);
    const actions = h("div", { class: "actions" }, asks, h("span", { class: "gap" }), ways);
    const bar = h("div", { class: "bar" }, hint, choices, actions);
    this.root = h("div", { class: "foot" }, bar);
  }

  decisions(count, on) {
    const bad = ["allBad", "0", count === 2 ? "Both are bad" : "All are bad"];
    const rule = count > 2 ? [["ruleRanking", "Enter", "Rule"]] : [];
    return [...(count > 1 ? [bad] : []), ...rule, ...ACTIONS].map((one) => button(one, on));
  }

  choices(count, on) {
    if (this.ranking) return this.ranking.root;
    if (count !== 2) return null;
    const choice = (preference, at) =>
      button(["prefer", String(at + 1), preferenceWords(preference)], on, {
        "data-testid": `rule-${at + 1}`,
        "aria-pressed": String(preference === this.ruling?.preference && !this.ruling.all_bad),
        onclick: () => on({ type: "prefer", preference }),
      });
    const group = { class: "choices", role: "group", "aria-label": "Your ruling" };
    return h("div", group, SCALE.map(choice));
  }

  rankingView(count, on) {
    const answers = Array.from({ length: count }, (_, at) => ({
      slot: at + 1,
      label: `Answer ${at + 1}`,
    }));
    const view = new RankingView({
      answers,
      forced: false,
      on: {
        rank: (ranking) => on({ type: "rank", ranking }),
        place: (slot) => on({ type: "place", slot }),
        tie: () => on({ type: "tie" }),
      },
    });
    view.sync([]);
    return view;
  }
}
