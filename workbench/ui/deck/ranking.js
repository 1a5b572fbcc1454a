// A ranking in the making: tiers of slots, best first; slots in one tier are tied. Each function
// returns a new ranking. Nothing here touches the page.

const withoutEmpty = (ranking) => ranking.filter((tier) => tier.length > 0);

export const isRanked = (ranking, slot) => ranking.some((tier) => tier.includes(slot));

export const without = (ranking, slot) =>
  withoutEmpty(ranking.map((tier) => tier.filter((one) => one !== slot)));

/** Ranks a slot next; a slot that is ranked is taken out. */
export const toggled = (ranking, slot) =>
  isRanked(ranking, slot) ? without(ranking, slot) : [...ranking, [slot]];

/** The last two tiers become one. */
export function tied(ranking) {
  if (ranking.length < 2) return ranking;
  const [before, last] = ranking.slice(-2);
  return [...ranking.slice(0, -2), [...before, ...last]];
}

/** Puts a slot at tier `at`: into that tier if it `joins`, else into one of its own before it. */
export function placed(ranking, slot, at, joins) {
  const target = ranking[at];
  const rest = ranking.map((tier) => tier.filter((one) => one !== slot));
  if (joins && target) rest[at] = [...rest[at], slot];
  else rest.splice(at, 0, [slot]);
  return withoutEmpty(rest);
}

/** One step better (`by` −1) or worse (1): out of a tie, or into the next tier. */
export function shifted(ranking, slot, by) {
  const at = ranking.findIndex((tier) => tier.includes(slot));
  if (at < 0) return ranking;
  if (ranking[at].length > 1) return placed(ranking, slot, by < 0 ? at : at + 1, false);
  return ranking[at + by] ? placed(ranking, slot, at + by, true) : ranking;
}

export const isComplete = (ranking, slots) => slots.every((slot) => isRanked(ranking, slot));
