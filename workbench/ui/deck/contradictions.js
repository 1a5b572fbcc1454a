// Judgements that seem to contradict themselves: worth one question, never a refusal. Nothing here
// touches the page.

const SEVERE = new Set(["major", "critical"]);

/** What to ask, or "" where nothing strikes; `labels` maps slots to the letters on screen. */
export function doubtAbout(judgement, labels) {
  const better = betterSlot(judgement);
  if (better === null) return "";
  const worse = better === 1 ? 2 : 1;
  const [best, other] = [labels[better], labels[worse]];
  if (severeIn(judgement, better) && !severeIn(judgement, worse)) {
    return `${best} has a severe tag and ${other} has none`;
  }
  const difference = meanDifference(judgement.ratings, better, worse);
  return difference < 0 ? `your ratings are better for ${other} than for ${best}` : "";
}

function betterSlot({ preference, all_bad: allBad }) {
  if (!preference || allBad) return null;
  return preference < 0 ? 1 : 2;
}

const severeIn = ({ spans }, slot) =>
  spans.some((span) => span.slot === slot && SEVERE.has(span.severity));

/** The mean over the criteria rated for both; 0 where none was. */
function meanDifference(ratings, better, worse) {
  const [best, other] = [ratings[better] ?? {}, ratings[worse] ?? {}];
  const both = Object.keys(best).filter((key) => key in other);
  if (both.length === 0) return 0;
  return both.reduce((sum, key) => sum + best[key] - other[key], 0) / both.length;
}
