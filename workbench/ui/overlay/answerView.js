// One answer with everybody's tags laid over its text. A run under several tags is darker; hovering
// or focusing it says what each of them is, beneath the text.

import { h, setText } from "../deck/dom.js";
import { runsOf } from "./runs.js";
import { tagWords } from "./words.js";

const HINT = "Point at a marked stretch to read its tags.";

export class AnswerView {
  constructor({ slot, text, categories }) {
    Object.assign(this, { slot, text, categories });
    this.body = h("div", { class: "text", dir: "auto", "data-testid": `answer-text-${slot}` });
    this.about = h("p", { class: "about", role: "status", "data-testid": `about-${slot}` });
    const label = `Text of answer ${slot}`;
    this.root = h(
      "article",
      { class: "answer", "aria-label": `Answer ${slot}`, "data-testid": `answer-${slot}` },
      h("h3", { class: "badge" }, `Answer ${slot}`),
      h("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": label }, this.body),
      this.about,
    );
  }

  show(tags) {
    this.body.replaceChildren(...runsOf(this.text, tags).map((run) => this.run(run)));
    setText(this.about, tags.length ? HINT : "");
  }

  run({ text, tags }) {
    if (tags.length === 0) return document.createTextNode(text);
    const tell = () => this.tell(tags);
    const mark = h(
      "mark",
      { tabIndex: 0, "data-depth": String(tags.length), onpointerenter: tell, onfocus: tell },
      text,
    );
    const layers = tags.map(({ category }) => `var(--wash-${this.hue(category)})`);
    mark.style.backgroundImage = layers.map((one) => `linear-gradient(${one}, ${one})`).join(", ");
    mark.style.setProperty("--line-hue", `var(--hue-${this.hue(tags[0].category)})`);
    return mark;
  }

  hue(category) {
    return this.categories.find(({ key }) => key === category)?.hue ?? 7;
  }

  tell(tags) {
    this.about.replaceChildren(
      ...tags.map((tag) => h("span", { dir: "auto" }, tagWords(tag, this.categories))),
    );
  }
}
