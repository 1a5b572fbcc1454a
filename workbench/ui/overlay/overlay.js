// A lead's desk: one item with all that was said of it, and the keys to decide it. Everything that is
// decided is sent up as one event that names the item's look; the page answers with new data.

import { h, setText } from "../deck/dom.js";
import { PromptView } from "../deck/promptView.js";
import { isComplete, tied, toggled } from "../deck/ranking.js";
import { AnswerView } from "./answerView.js";
import { BarView } from "./barView.js";
import { actionFor } from "./keys.js";
import { legendView } from "./legendView.js";
import { tagsOn } from "./runs.js";
import { keySheet, moreSheet, sendBackSheet } from "./sheets.js";
import { tableView } from "./tableView.js";
import { hintWords, outcomeWords } from "./words.js";

const UNSEEN_MS = 250; // a key pressed sooner was meant for the item before
const TYPING = "input, textarea, select, [contenteditable], [role=combobox], [role=listbox]";
const SHEETS = new Set(["help", "more", "sendBack"]);
const WAYS = new Set(["next", "previous", "again"]);

export class Overlay {
  constructor({ parent, data, trigger }) {
    this.element = h("div", {
      class: "deck overlay",
      tabIndex: -1,
      "data-keys": "deck",
      "data-testid": "case",
    });
    parent.append(this.element);
    this.ending = new AbortController();
    const { signal } = this.ending;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.update(data, trigger);
  }

  update(data, trigger) {
    const before = this.data;
    Object.assign(this, { data, trigger });
    const isNew = before?.item !== data.item || before?.look !== data.look;
    if (isNew) Object.assign(this, { shownAt: performance.now(), ranking: [] });
    if (before?.item !== data.item || before?.named !== data.named) this.who = null;
    if (isNew || before?.answered !== data.answered) this.sent = false;
    if (JSON.stringify(before) !== JSON.stringify(data)) this.build();
    // The link or button that led here must not take the next Enter.
    if (isNew && !document.activeElement?.matches(TYPING)) this.element.focus({ preventScroll: true });
    setText(this.bar.hint, data.said || hintWords(data));
  }

  build() {
    const held = this.element.matches(":focus-within");
    const { data } = this;
    const act = (action) => this.perform(action);
    this.prompt = new PromptView();
    this.prompt.show(data);
    this.answers = data.answers.map(
      (text, at) => new AnswerView({ slot: at + 1, text, categories: data.categories }),
    );
    this.legend = h("div", {});
    const [count, outcome] = [data.answers.length, outcomeWords(data)];
    this.bar = new BarView({ count, outcome, ruling: data.ruling, on: act });
    this.bar.ranking?.sync(this.ranking);
    this.sheets = {
      help: keySheet(),
      more: moreSheet(data.most, (said) => this.send({ kind: "requeue", ...said })),
      sendBack: sendBackSheet(data.opinions, (said) => this.send({ kind: "reject", ...said })),
    };
    this.element.replaceChildren(
      h("h2", { class: "unseen" }, `Item ${data.item}`),
      this.prompt.root,
      this.legend,
      h("div", { class: "answers" }, this.answers.map(({ root }) => root)),
      tableView(data),
      this.bar.root,
      ...Object.values(this.sheets),
    );
    this.element.dataset.item = String(data.item);
    this.paint();
    if (held) this.element.focus({ preventScroll: true });
  }

  paint() {
    const { opinions, categories } = this.data;
    const show = (who) => {
      this.who = who;
      this.paint();
      this.legend.querySelector("[aria-pressed=true]")?.focus();
    };
    const legend = legendView({ categories, opinions, who: this.who }, { show });
    this.legend.replaceChildren(...(legend ? [legend] : []));
    for (const answer of this.answers) answer.show(tagsOn(opinions, answer.slot, this.who));
  }

  onKey(event) {
    const [target] = event.composedPath();
    if (target.matches?.(TYPING) || document.querySelector("[role=dialog]")) return;
    if (Object.values(this.sheets).some(({ open }) => open)) return;
    const action = actionFor(event, {
      count: this.data.answers.length,
      waits: this.data.look !== null,
      onButton: target.matches?.("button, a, summary") ?? false,
    });
    if (!action) return;
    event.preventDefault();
    this.perform(action);
  }

  perform(action) {
    const { type, slot, ranking, preference } = action;
    if (performance.now() - this.shownAt < UNSEEN_MS) return;
    if (SHEETS.has(type)) this.open(type);
    else if (type === "search") this.prompt.source.field.focus();
    else if (WAYS.has(type)) this.send({ kind: type });
    else if (type === "accept") this.send({ kind: "accept" });
    else if (type === "prefer") this.send({ kind: "rule", preference });
    else if (type === "allBad") this.send({ kind: "rule", all_bad: true });
    else if (type === "ruleRanking") this.ruleRanking();
    else this.rank(type === "tie" ? tied(this.ranking) : ranking ?? toggled(this.ranking, slot));
  }

  open(type) {
    const sheet = this.sheets[type];
    if (sheet.begin) sheet.begin();
    else sheet.showModal();
  }

  rank(ranking) {
    this.ranking = ranking;
    this.bar.ranking?.sync(ranking);
  }

  ruleRanking() {
    const slots = this.data.answers.map((_, at) => at + 1);
    if (isComplete(this.ranking, slots)) this.send({ kind: "rule", ranking: this.ranking });
    else setText(this.bar.hint, "Rank all answers first.");
  }

  /** One decision at a time: the next one waits until the page has answered. */
  send(said) {
    if (this.sent) return;
    this.sent = true;
    const { item, look } = this.data;
    this.trigger("decision", { ...said, item, look });
  }

  destroy() {
    this.ending.abort();
    this.element.remove();
  }
}
