// A judgement in the making, as plain values: each function returns a new one. Field names are
// those of the API. It does not know how it is shown, sent or stored.

import { isComplete } from "./ranking.js";

export const PREFERENCES = [-3, -2, -1, 0, 1, 2, 3];

export const blank = () => ({
  preference: null,
  ranking: [],
  all_bad: false,
  ratings: {},
  spans: [],
  correction: {},
  rationale: "",
  reasons: [],
  refused: [], // keys of suggestions.js; the submission only counts them
});

/** What a stored draft says, over a blank judgement. */
export function fromDraft(draft) {
  const known = blank();
  for (const field of Object.keys(known)) {
    if (draft?.[field] !== undefined && draft[field] !== null) known[field] = draft[field];
  }
  return known;
}

export const prefer = (judgement, preference) => ({ ...judgement, preference, all_bad: false });

export const markAllBad = (judgement) => ({
  ...judgement,
  preference: null,
  ranking: [],
  all_bad: true,
});

export const rank = (judgement, ranking) => ({ ...judgement, ranking, all_bad: false });

/** An answer as it should have been; the original words take the correction back. */
export function correct(judgement, slot, text, original) {
  const correction = { ...judgement.correction, [slot]: text };
  if (text === original) delete correction[slot];
  return { ...judgement, correction };
}

export const toggleReason = (judgement, reason) => ({
  ...judgement,
  reasons: judgement.reasons.includes(reason)
    ? judgement.reasons.filter((one) => one !== reason)
    : [...judgement.reasons, reason],
});

export const explain = (judgement, rationale) => ({ ...judgement, rationale });

/** `score` null takes the rating back. */
export function rate(judgement, slot, criterion, score) {
  const scores = { ...judgement.ratings[slot], [criterion]: score };
  if (score === null) delete scores[criterion];
  return { ...judgement, ratings: { ...judgement.ratings, [slot]: scores } };
}

/** Is it the same kind of tag on the same stretch? */
export const sameSpan = (one, other) =>
  ["slot", "message", "start", "end", "category"].every((field) => one[field] === other[field]);

/** The same stretch may carry several categories, but each of them once. */
export function addSpan(judgement, span) {
  const whole = { message: 0, subtype: null, severity: null, note: "", view: "plain", ...span };
  if (judgement.spans.some((known) => sameSpan(known, whole))) return judgement;
  return { ...judgement, spans: [...judgement.spans, whole] };
}

export function changeSpan(judgement, index, change) {
  const spans = judgement.spans.map((span, at) => (at === index ? { ...span, ...change } : span));
  return { ...judgement, spans };
}

export const removeSpan = (judgement, index) => ({
  ...judgement,
  spans: judgement.spans.filter((_, at) => at !== index),
});

/** One answer needs no verdict, two a preference, more a place for each of them. */
export function hasVerdict(judgement, slots) {
  if (slots.length === 1 || judgement.all_bad) return true;
  if (slots.length === 2) return judgement.preference !== null;
  return isComplete(judgement.ranking, slots);
}

/** The first thing that still stands in the way of submitting, or null. */
export function firstMissing(judgement, { asks, rubric, slots }) {
  if (!hasVerdict(judgement, slots)) return { kind: "verdict" };
  if (!asks.ratings || !rubric) return null;
  for (const criterion of rubric.criteria.filter((one) => one.required)) {
    for (const slot of slots) {
      if (judgement.ratings[slot]?.[criterion.key] === undefined) {
        return { kind: "rating", slot, criterion };
      }
    }
  }
  return null;
}

const ratingsOf = (judgement) =>
  Object.entries(judgement.ratings)
    .flatMap(([slot, scores]) => Object.entries(scores).map((one) => [slot, ...one].join("\u0000")))
    .sort();

const comparable = (judgement) =>
  JSON.stringify([
    judgement.preference,
    judgement.ranking,
    judgement.all_bad,
    ratingsOf(judgement),
    judgement.spans,
    judgement.correction,
    judgement.rationale.trim(),
    judgement.reasons,
    judgement.refused,
  ]);

export const same = (one, other) => comparable(one) === comparable(other);

export const isTouched = (judgement) => !same(judgement, blank());

export const toDraft = (judgement, seconds) => ({ ...judgement, seconds });

/** `suggestions` counts how they were taken; left out where there were none. */
export function toSubmission(judgement, { submissionId, itemId, seconds, suggestions }) {
  const { refused, ...said } = judgement;
  return {
    submission_id: submissionId,
    item_id: itemId,
    ...said,
    ranking: judgement.ranking.length > 0 ? judgement.ranking : null,
    rationale: judgement.rationale.trim(),
    seconds,
    ...(suggestions && { suggestions }),
  };
}
