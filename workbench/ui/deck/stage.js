// The place where one thing is at a time: an item, or a panel that says why there is none. It
// brings the new thing into view, under the focus, and tells when it can have been seen.

import { UNSEEN_MS } from "./clock.js";
import { h } from "./dom.js";
import { panelView } from "./panels.js";

const IDLE = globalThis.requestIdleCallback ?? ((task) => setTimeout(task, 50));

export class Stage {
  constructor(clock) {
    this.clock = clock;
    this.root = h("div", { class: "stage" });
    this.entry = null;
    this.panel = null;
  }

  showItem(view, entry, name, textView) {
    Object.assign(this, { entry, panel: null });
    if (this.root.firstChild !== view.root) this.root.replaceChildren(view.root);
    this.clock.start(entry.seconds);
    view.show(entry, name, textView);
    this.present(view.root);
    const painted = () => this.entry === entry && this.painted(view, entry);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  }

  painted(view, entry) {
    this.clock.paint();
    if (document.hidden) this.clock.pause();
    setTimeout(() => this.entry === entry && view.root.setAttribute("data-ready", ""), UNSEEN_MS);
  }

  /** `button` is `{label, onclick}` or nothing. */
  showPanel(kind, details, button) {
    if (this.panel === kind) return;
    Object.assign(this, { entry: null, panel: kind });
    const panel = panelView(kind, details, button);
    this.root.replaceChildren(panel);
    this.present(panel);
  }

  /** Makes room for items that are to come, at once if nothing can jump, else in a quiet moment. */
  expect(view, items) {
    if (this.entry) IDLE(() => view.expect(items));
    else if (items.length > 0) {
      this.root.replaceChildren(view.root); // only what is on the page has a height
      view.expect(items);
    }
  }

  /** Focuses what is new and brings it into view, unless the reviewer is at work elsewhere. */
  present(target) {
    const host = this.root.getRootNode().host ?? this.root;
    const active = document.activeElement;
    const atWork = active && !active.contains(host) && !active.matches("a"); // a link led here
    if (atWork) return;
    target.focus({ preventScroll: true });
    const deck = this.root.parentElement;
    const { top, bottom } = deck.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) deck.scrollIntoView();
  }
}
