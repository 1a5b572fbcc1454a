// What a verdict, a tag and a look are called. Nothing here touches the page.

export const SCALE = [-3, -2, -1, 0, 1, 2, 3];
const HOW_MUCH = ["", "slightly better", "better", "much better"];
const DECISIONS = {
  accepted: "Accepted: the judgements stand",
  rejected: "Sent back",
  requeued: "Asked for more judgements",
  ruled: "Ruled",
};

/** −2 → “1 better”; 0 → “About the same”. */
export function preferenceWords(preference) {
  if (preference === 0) return "About the same";
  return `${preference < 0 ? 1 : 2} ${HOW_MUCH[Math.abs(preference)]}`;
}

/** [[2], [1, 3]] → “2 > 1 = 3”, the best first. */
export const rankingWords = (ranking) => ranking.map((tier) => tier.join(" = ")).join(" > ");

/** A judgement or a ruling, in words. */
export function verdictWords({ preference, ranking, all_bad: allBad }) {
  const said = ranking
    ? rankingWords(ranking)
    : preference === null
      ? ""
      : preferenceWords(preference);
  if (!allBad) return said || "No verdict";
  return preference ? `All bad; ${said}` : "All bad";
}

/** What became of an item, by its newest look; null while one waits. */
export function outcomeWords({ looks, ruling, opinions }) {
  const [newest] = looks;
  const { decision } = newest ?? {};
  if (decision === null) return null;
  const anew = decision === "requeued" && opinions.every(({ withdrawn }) => withdrawn);
  const said = anew ? "Asked to be judged anew" : (DECISIONS[decision] ?? "Nobody looked at it yet");
  if (!ruling) return said;
  const verdict = verdictWords(ruling);
  return decision === "ruled" ? `${said}: ${verdict}` : `${said}. The ruling stands: ${verdict}`;
}

/** “B · Conflict, evident, major · “no such year””. */
export function tagWords({ who, category, subtype, severity, note }, categories) {
  const known = categories.find(({ key }) => key === category);
  const kind = known?.subtypes?.find(({ key }) => key === subtype)?.title ?? subtype;
  const what = [known?.title ?? category, kind?.toLowerCase(), severity].filter(Boolean);
  return [who, what.join(", "), note && `“${note}”`].filter(Boolean).join(" · ");
}

/** Why a judgement does not count; "" where it does. */
export function standingWords({ counts, withdrawn }) {
  if (withdrawn) return "Sent back: it counts no more";
  return counts ? "" : "Came too late: it counts nowhere";
}

/** What the keys are for, while nothing else is to be said. */
export function hintWords({ look, answers }) {
  if (look === null || answers.length === 1) return "";
  return answers.length === 2
    ? "Which is better? Your ruling is the last word."
    : "Which is best, which comes next? Your ruling is the last word.";
}
