// What is suggested for the answers of an item, and how it was taken. What stands in the judgement
// decides: a tag on the same stretch is an accepted suggestion, one that overlaps it a changed one.
// Only what was refused is kept beside it. Nothing here touches the page.

import { addSpan, rate, removeSpan, sameSpan } from "./judgement.js";

/**
 * `{spans, ratings}` of all answers, as far as the project asks for such: spans `{key, slot, start,
 * end, category, quote}` in code points of the stored text, ratings `{slot, criterion, score}`.
 */
export function suggestedOn({ answers }, { asks, rubric, taxonomy }) {
  const keysOf = (list) => new Set((list ?? []).map(({ key }) => key));
  const categories = keysOf(asks.spans ? taxonomy?.categories : []);
  const criteria = keysOf(asks.ratings ? rubric?.criteria : []);
  return {
    spans: answers.flatMap(spansOf).filter(({ category }) => categories.has(category)),
    ratings: answers.flatMap(ratingsOf).filter(({ criterion }) => criteria.has(criterion)),
  };
}

function spansOf({ slot, suggestion }) {
  const all = (suggestion?.spans ?? []).map((span) => ({ ...span, slot, message: 0 }));
  return all
    .map((span, at) => ({ ...span, key: `${slot}/${at}` }))
    .filter((span, at) => all.findIndex((other) => sameSpan(span, other)) === at)
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

const ratingsOf = ({ slot, suggestion }) =>
  Object.entries(suggestion?.ratings ?? {}).map(([criterion, score]) => ({ slot, criterion, score }));

export const isAssisted = ({ spans, ratings }) => spans.length + ratings.length > 0;

/** Which tag came of which suggestion: a map from its key to the tag's index; each tag once. */
export function matches(suggested, spans) {
  const found = new Map();
  const taken = new Set();
  const match = (weigh) => {
    for (const one of suggested.filter(({ key }) => !found.has(key))) {
      const weights = spans.map((span, at) => (taken.has(at) ? 0 : weigh(one, span)));
      const most = Math.max(0, ...weights);
      if (most === 0) continue;
      found.set(one.key, weights.indexOf(most));
      taken.add(found.get(one.key));
    }
  };
  match((one, span) => Number(sameSpan(one, span)));
  match(overlap);
  return found;
}

const overlap = (one, other) =>
  one.slot === other.slot && one.message === other.message
    ? Math.max(0, Math.min(one.end, other.end) - Math.max(one.start, other.start))
    : 0;

const scoreIn = ({ ratings }, { slot, criterion }) => ratings[slot]?.[criterion];

/** What waits for an answer: suggested spans neither taken nor refused, ratings without a score. */
export function openIn(judgement, { spans, ratings }) {
  const taken = matches(spans, judgement.spans);
  return {
    spans: spans.filter(({ key }) => !taken.has(key) && !judgement.refused.includes(key)),
    ratings: ratings.filter((one) => scoreIn(judgement, one) === undefined),
  };
}

/** `{accepted, changed, refused}`, as the API counts them; what was left open counts as refused. */
export function counted(judgement, { spans, ratings }) {
  const taken = matches(spans, judgement.spans);
  const outcomes = [
    ...spans.map((one) => spanOutcome(one, judgement.spans[taken.get(one.key)])),
    ...ratings.map((one) => ratingOutcome(one.score, scoreIn(judgement, one))),
  ];
  const count = (outcome) => outcomes.filter((one) => one === outcome).length;
  return { accepted: count("accepted"), changed: count("changed"), refused: count("refused") };
}

function spanOutcome(one, span) {
  if (!span) return "refused";
  return sameSpan(one, span) && !span.severity && !span.subtype ? "accepted" : "changed";
}

function ratingOutcome(suggested, given) {
  if (given === undefined) return "refused";
  return given === suggested ? "accepted" : "changed";
}

/** `view` is how the text was read: plain or Markdown. */
export function accept(judgement, { key, ...span }, view) {
  const refused = judgement.refused.filter((one) => one !== key);
  return addSpan({ ...judgement, refused }, { ...span, view });
}

export const refuse = (judgement, { key }) =>
  judgement.refused.includes(key)
    ? judgement
    : { ...judgement, refused: [...judgement.refused, key] };

/** Fills in what is not scored yet: what the reviewer has said stays. */
export const acceptRatings = (judgement, ratings) =>
  ratings
    .filter((one) => scoreIn(judgement, one) === undefined)
    .reduce((now, { slot, criterion, score }) => rate(now, slot, criterion, score), judgement);

/** Takes a tag off again; the suggestion that it came of is thereby refused. */
export function takeOff(judgement, index, { spans }) {
  const taken = matches(spans, judgement.spans);
  const origin = spans.find(({ key }) => taken.get(key) === index);
  const left = removeSpan(judgement, index);
  return origin ? refuse(left, origin) : left;
}
