// The review deck itself: brings items onto the screen and off it, and answers to what happens
// around it (new data, lost connections, hidden or closing pages).

import { ItemClock } from "./clock.js";
import { listen } from "./controls.js";
import { h } from "./dom.js";
import { Drafts } from "./drafts.js";
import { Items } from "./items.js";
import { Lesson } from "./lesson.js";
import { panelButton } from "./panels.js";
import { Progress } from "./progress.js";
import { Report } from "./report.js";
import { build, looksOf } from "./settings.js";
import { Stage } from "./stage.js";
import { Supply } from "./supply.js";
import { preferredView, preferView } from "./textViews.js";
import { TopView } from "./topView.js";
import { Turn } from "./turn.js";

const RENEW_MS = 5 * 60_000;
const READING = new Set("guidelines help progress switchView".split(" "));

export class Deck {
  constructor({ parent, data, api, outbox, tab, trigger }) {
    Object.assign(this, { data, api, outbox, trigger });
    this.items = new Items();
    this.clock = new ItemClock();
    this.stage = new Stage(this.clock);
    this.turn = new Turn(this);
    this.lesson = new Lesson(this);
    this.selected = {};
    this.textView = preferredView();
    this.ending = new AbortController();
    this.drafts = this.makeDrafts();
    this.supply = this.makeSupply(tab);
    this.progress = new Progress({ ...data, outbox });
    this.top = this.makeTop();
    const tell = (name, value) => this.trigger(name, value);
    const { top, progress, supply } = this;
    this.report = new Report({ top, outbox, progress, supply, tell });
    this.element = h("div", { class: "deck", "data-testid": "deck" }, top.root, this.stage.root);
    parent.append(this.element);
    this.applySettings();
    this.begin();
  }

  makeDrafts() {
    const put = (itemId, draft, options) => this.api.saveDraft(itemId, draft, options);
    const { reviewer } = this.data;
    const onSignedOut = () => this.report.askForToken();
    return new Drafts({ reviewer, put, onSignedOut, storage: localStorage });
  }

  makeSupply(tab) {
    const { api, items, outbox, drafts } = this;
    const onChange = () => this.supplied();
    const { project } = this.data;
    return new Supply({ api, project, tab, items, outbox, drafts, onChange });
  }

  makeTop() {
    return new TopView({
      help: () => this.sheets.help.showModal(),
      guidelines: () => this.sheets.guidelines.showModal(),
      progress: () => this.sheets.progress.showModal(),
      switchView: () => this.switchView(),
      signIn: () => window.location.reload(),
      dismiss: (id) => this.outbox.remove(id),
    });
  }

  applySettings() {
    for (const view of this.views?.values() ?? []) view.destroy();
    for (const sheet of Object.values(this.sheets ?? {})) sheet.remove();
    const aside = (kind, words) => this.turn.aside(kind, words);
    const on = { ...this.turn.actions(), aside, progress: () => this.lookUpProgress() };
    Object.assign(this, build(this.data, on));
    this.view = this.viewOf(2);
    this.element.append(...Object.values(this.sheets));
    this.top.showTextView(this.textView);
  }

  async lookUpProgress() {
    const midnight = new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
    const progress = await this.api.progress(this.data.project, midnight);
    return { progress, open: this.progress.left() };
  }

  begin() {
    this.outbox.onChange = () => this.outboxChanged();
    this.outbox.onSaved = (entry, answer) => this.saved(entry, answer);
    listen(this, this.ending.signal);
    this.renewal = setInterval(() => this.renew(), RENEW_MS);
    this.report.refresh();
    this.showNext();
    this.outbox.wake();
  }

  // What is on screen

  showNext() {
    const goesOn = this.items.ahead.some(({ submitted }) => submitted);
    if (this.progress.shouldRest() && !goesOn) return this.rest();
    const entry = this.items.next(Date.now());
    if (entry) this.show(entry);
    else this.showPanel(this.supply.state === "ready" ? "loading" : this.supply.state);
    return this.supply.refill();
  }

  show(entry) {
    this.view = this.viewOf(entry.item.answers.length);
    const { training } = entry.item;
    const name = training ? this.lesson.name() : `Item ${this.progress.done() + 1}`;
    this.top.showTraining(training ? this.lesson.words() : "");
    this.stage.showItem(this.view, entry, name, this.textView);
    this.turn.sync();
    this.lesson.reshow();
    if (entry.submitted) this.turn.say("You judged this one already: change it, or keep it");
  }

  /** The view keeps room for what is on screen and what is next. */
  expect() {
    const entries = [this.items.current, ...this.items.ahead].filter(Boolean);
    if (!this.items.current && entries[0]) this.view = this.viewOf(entries[0].item.answers.length);
    this.stage.expect(this.view, entries.map(({ item }) => item));
  }

  /** Markdown or plain text, for this item and all that follow. */
  switchView() {
    this.textView = this.textView === "markdown" ? "plain" : "markdown";
    preferView(this.textView);
    this.top.showTextView(this.textView);
    if (this.items.current) this.view.reshow(this.textView);
  }

  showPanel(kind) {
    const button = panelButton(kind, {
      refill: (takeOver) => this.supply.refill(takeOver),
      goBeyond: () => this.goBeyond(),
      guidelines: () => this.sheets.guidelines.showModal(),
    });
    const details = { goal: this.progress.goal, said: this.supply.said };
    if (kind !== "loading") this.top.showTraining("");
    this.stage.showPanel(kind, details, button);
  }

  /** Nothing counts any more for now: it leaves the screen, and what is begun keeps its draft. */
  pause() {
    this.drafts.flush();
    this.items.letAllGo();
    if (this.items.current) return; // what is judged is shown to its end
    for (const kind of ["skip", "flag"]) this.sheets[kind].close();
    this.top.say("");
    this.showPanel("paused");
  }

  rest() {
    this.supply.release();
    this.showPanel("reached");
  }

  goBeyond() {
    this.progress.beyond = true;
    this.showNext();
  }

  advance() {
    this.report.refresh();
    this.showNext();
  }

  back() {
    const { current } = this.items;
    if (current?.item.training || this.stage.panel === "paused") return undefined;
    if (current && !this.clock.isOpen()) return undefined;
    if (current) current.seconds = this.clock.seconds();
    return this.items.judged.length ? this.show(this.items.back()) : this.backBeyond();
  }

  /** Further back than this tab remembers: the server knows what was judged. */
  async backBeyond() {
    const { current } = this.items;
    const before = current?.submitted ? current.item.id : null;
    const answer = await this.api.undo(this.data.project, before).catch(() => null);
    if (this.items.current !== current) return; // the reviewer went on meanwhile
    if (answer?.item && !answer.item.training) this.show(this.items.restore(answer.item, answer.judgement));
    else if (current) this.turn.say(answer ? "There is nothing before this" : "No connection");
  }

  // Keys, focus and selection (controls.js asks)

  perform(action, focus) {
    if (this.lesson.isOn && !READING.has(action.type)) return this.lesson.perform(action);
    if (action.type === "back") this.back();
    else if (action.type === "switchView") this.switchView();
    else if (["skip", "flag"].includes(action.type) && !this.mayLeaveAside(action.type)) return false;
    else if (this.sheets[action.type]) this.sheets[action.type].showModal();
    else return this.items.current ? this.turn.perform(action, focus) : false;
    return true;
  }

  mayLeaveAside(kind) {
    const { current } = this.items;
    if (!current || !this.clock.isOpen()) return false;
    return kind === "flag" || !(current.submitted || current.item.training);
  }

  sheetOpen() {
    return Object.values(this.sheets).some((sheet) => sheet.open);
  }

  focusScope() {
    const readingPlace = (target) => this.view.readingPlace(target);
    return { element: this.element, ratings: this.view.ratings, readingPlace };
  }

  /** What keys.js needs to know of the item on screen. */
  judgingNow() {
    const { selected, hotkeys, data } = this;
    return { ...selected, ...this.turn.forKeys(), hotkeys, forced: data.forced };
  }

  selectionChanged() {
    const place = this.items.current ? this.view.selected()?.place : undefined;
    const evidencing = place === "source" && this.turn.judgement.spans.length > 0;
    this.selected = { selecting: place !== undefined && place !== "source", evidencing };
    this.view.bar.showSelection(this.selected);
  }

  // What happens around the deck

  /** The server answered a claim, or failed to. */
  supplied() {
    this.report.refresh();
    if (this.stage.panel === "reached") return this.supply.release();
    if (this.supply.state === "paused") return this.pause();
    this.expect();
    if (this.items.current) return undefined;
    return this.items.ahead.length > 0 ? this.showNext() : this.showPanel(this.supply.state);
  }

  saved(entry, answer) {
    this.report.saved(entry, answer);
    this.lesson.answered(entry.id, answer.feedback);
    if (this.stage.panel === "reached") return;
    if (answer.surplus) this.supply.afresh(); // perhaps because of a pause
    else if (!this.items.current) this.supply.refill();
  }

  outboxChanged() {
    this.report.refresh();
    // An entry leaves the outbox just before its answer is told.
    queueMicrotask(() => this.lesson.lookUp());
  }

  update(data, trigger) {
    const before = this.data;
    Object.assign(this, { data, trigger });
    this.progress.update(data);
    this.lesson.update(data);
    if (data.token !== before.token) {
      this.api.token = data.token;
      this.reconnect();
    }
    if (data.guidelines.version !== before.guidelines.version) {
      this.top.say("The guidelines have changed. Press G to read them.");
    }
    if (looksOf(data) !== looksOf(before)) this.rebuild();
    this.report.refresh();
  }

  rebuild() {
    this.applySettings();
    if (!this.items.current) return;
    this.items.current.seconds = this.clock.seconds();
    this.show(this.items.current);
    this.expect();
  }

  /** Whoever thinks for long keeps the lease. */
  renew() {
    const { current } = this.items;
    if (!document.hidden && current && !current.submitted) this.turn.saveDraft();
  }

  reconnect() {
    this.outbox.wake();
    this.supply.retry();
  }

  visibilityChanged(visible) {
    if (visible) {
      this.clock.resume();
      this.lookedAt();
    } else {
      this.clock.pause();
      this.drafts.flush({ lasting: true });
    }
  }

  /** Whoever looks again may have been let back. */
  lookedAt() {
    if (this.supply.state === "paused") this.supply.refill();
  }

  leave() {
    this.drafts.flush({ lasting: true });
    this.supply.release();
  }

  comeBack() {
    this.outbox.wake();
    if (!this.items.current) this.showNext();
  }

  destroy() {
    this.ending.abort();
    clearInterval(this.renewal);
    this.drafts.flush({ lasting: true });
    this.supply.stop();
    this.lesson.stop();
    this.outbox.onChange = () => {};
    this.outbox.onSaved = () => {};
    for (const view of this.views.values()) view.destroy();
    this.element.remove();
  }
}
