// All judgements of an item beneath each other: who, verdict, ratings, reasons, time.

import { h } from "../deck/dom.js";
import { SCALE, standingWords, verdictWords } from "./words.js";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** `opinions` by row; a single answer has no verdict. */
export function tableView({ opinions, criteria, answers, guidelines_version: version }) {
  const compared = answers.length > 1;
  const rated = opinions.some(({ ratings }) => Object.keys(ratings).length);
  const heads = ["Who", compared && "Verdict", rated && "Ratings", "In their words", "When"];
  const row = (opinion) => rowView(opinion, { compared, rated, criteria, answers, version });
  const head = heads.filter(Boolean).map((title) => h("th", { scope: "col" }, title));
  return h(
    "div",
    { class: "judgements", tabIndex: 0, role: "region", "aria-label": "Judgements" },
    h(
      "table",
      { "data-testid": "judgements" },
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, opinions.map(row)),
    ),
  );
}

function rowView(opinion, { compared, rated, criteria, answers, version }) {
  const standing = standingWords(opinion);
  return h(
    "tr",
    { "data-out": standing ? "" : null, "data-testid": `judgement-${opinion.who}` },
    h("th", { scope: "row" }, opinion.who),
    compared ? h("td", { class: "preferred" }, standingView(standing), scaleView(opinion)) : null,
    rated ? h("td", {}, ratingsView(opinion, criteria, answers)) : null,
    h("td", { class: "theirs" }, compared ? null : standingView(standing), saidView(opinion)),
    h("td", { class: "when" }, whenView(opinion, version)),
  );
}

const standingView = (words) => (words ? h("strong", { class: "standing" }, words) : null);

/** The seven places of a pair's verdict with the chosen one filled; a ranking is words alone. */
function scaleView(opinion) {
  const words = h("span", { class: "struck" }, verdictWords(opinion));
  if (opinion.preference === null) return words;
  const dots = SCALE.map((value) => h("i", { "data-on": value === opinion.preference }));
  return h("div", { class: "seven" }, h("span", { class: "dots", "aria-hidden": "true" }, dots), words);
}

function ratingsView({ ratings }, criteria, answers) {
  const slots = answers.map((_, at) => at + 1);
  const score = (key) => slots.map((slot) => ratings[slot]?.[key] ?? "–").join(" | ");
  const rows = criteria
    .filter(({ key }) => slots.some((slot) => ratings[slot]?.[key] !== undefined))
    .map(({ key, title }) => h("div", {}, h("dt", {}, title), h("dd", {}, score(key))));
  return h("dl", { class: "scores struck" }, rows);
}

function saidView({ rationale, reasons, corrections }) {
  const corrected = Object.entries(corrections).map(([slot, text]) =>
    h(
      "details",
      {},
      h("summary", {}, `Corrected answer ${slot}`),
      h("div", { class: "text", dir: "auto" }, text),
    ),
  );
  return [
    reasons.length
      ? h("p", { class: "chips struck" }, reasons.map((reason) => h("span", {}, reason)))
      : null,
    rationale ? h("p", { class: "text struck", dir: "auto" }, rationale) : null,
    ...corrected,
  ].filter(Boolean);
}

function whenView({ seconds, at, guidelines_version: used }, version) {
  const parts = [
    WHEN.format(new Date(at)),
    seconds === null ? null : `${Math.round(seconds)} s`,
    used < version ? `by guidelines ${used}, now ${version}` : null,
  ];
  return parts.filter(Boolean).map((part) => h("div", {}, part));
}
