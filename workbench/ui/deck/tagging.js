// Tags on text: selecting it by keyboard, tagging what is selected, and the evidence for a tag.

import * as judging from "./judgement.js";
import { pointsFromUnits } from "./offsets.js";
import { clearSelection, select } from "./selection.js";
import { grown, moved, nudged, wordsOf } from "./words.js";

export class Tagging {
  /** `turn` is the item on screen: its judgement, its view, `change()` and `say()`. */
  constructor(turn) {
    this.turn = turn;
  }

  get view() {
    return this.turn.desk.view;
  }

  /** Arrows in a text that has the focus. */
  select({ place, body }, { by, grow, letters }) {
    const now = this.view.selected();
    const offered = this.turn.suggesting.inHand;
    const start = offered?.slot === place ? offered : null; // its bounds can be changed
    const here = now?.place === place ? now : start;
    const step = letters
      ? nudged(pointsFromUnits(body.text, body.text.length), here, by)
      : (grow ? grown : moved)(wordsOf(body.text), here, by);
    if (step) select(body, step);
    return true;
  }

  tag(category) {
    const stretch = this.view.selected();
    if (!stretch || stretch.place === "source") {
      return this.turn.say("Select some text of an answer first");
    }
    const { place: slot, start, end, quote } = stretch;
    const { view } = this.view.answers.find((answer) => answer.slot === slot).body;
    const span = { slot, start, end, quote, category, view };
    this.turn.change(judging.addSpan(this.turn.judgement, span));
    this.view.marks.inHand = this.turn.judgement.spans.length - 1;
    this.turn.say(`Tagged as ${this.view.marks.categories.get(category).title}`);
    clearSelection();
    return true;
  }

  /** What is selected in the source shows what is wrong with the tag in hand. */
  evidence() {
    const stretch = this.view.selected();
    const { spans } = this.turn.judgement;
    if (stretch?.place !== "source" || spans.length === 0) {
      return this.turn.say("Tag an answer, then select the evidence in the source");
    }
    const index = this.view.marks.inHand ?? spans.length - 1;
    const { start: evidence_start, end: evidence_end } = stretch;
    const change = { evidence_start, evidence_end };
    this.turn.change(judging.changeSpan(this.turn.judgement, index, change));
    this.turn.say(`Evidence for “${spans[index].quote}”`);
    clearSelection();
    return true;
  }
}
