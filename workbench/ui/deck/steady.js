// Keeps places from jumping between items: each place is as tall as the tallest content that is
// known to come, within what the style sheet allows (the rest scrolls inside).

import { h } from "./dom.js";

const ENOUGH = 5_000; // characters: more than fits without scrolling

export class SteadyHeights {
  /**
   * `places` are the elements on screen, `ghosts` look-alikes of them, out of sight;
   * `fill(item, enough)` puts an item, cut to so many characters, into the ghosts.
   */
  constructor({ places, ghosts, fill }) {
    Object.assign(this, { places, ghosts, fill, width: 0, items: [] });
    this.floors = places.map(() => 0);
    for (const ghost of ghosts) {
      for (const named of [ghost, ...ghost.querySelectorAll("[data-testid]")]) {
        named.removeAttribute("data-testid");
      }
    }
    this.root = h("div", { class: "ghosts", "aria-hidden": "true", inert: true }, ghosts);
    this.observer = new ResizeObserver(() => this.onResize());
    this.observer.observe(places[0]);
  }

  onResize() {
    const width = this.places[0].offsetWidth;
    if (width === this.width) return;
    const first = this.width === 0;
    this.width = width;
    if (first) return;
    this.floors.fill(0);
    this.measure(this.items);
  }

  /** Makes room for items that are to come. */
  expect(items) {
    this.items = items;
    this.measure(items);
  }

  measure(items) {
    for (const item of items) {
      this.fill(item, ENOUGH);
      for (const named of this.root.querySelectorAll(".tags [data-testid]")) {
        named.removeAttribute("data-testid");
      }
      this.ghosts.forEach((ghost, at) => {
        this.floors[at] = Math.max(this.floors[at], ghost.offsetHeight);
      });
    }
    this.places.forEach((place, at) => {
      place.style.minBlockSize = this.floors[at] ? `${this.floors[at]}px` : "";
    });
  }

  stop() {
    this.observer.disconnect();
  }
}
