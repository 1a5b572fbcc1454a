// What is said during the training, in words. Nothing here touches the page.

/** Which training item comes, counted from 1; who is given another try begins anew. */
export const lessonNumber = ({ done, of }) => (done < of ? done + 1 : 1);

/** The line above a training item; `soFar` is `{done, of}`, or null where nobody knows. */
export function lessonWords(soFar) {
  const place = soFar ? ` ${lessonNumber(soFar)} of ${soFar.of}` : "";
  return `Training${place}: after each item you see what was agreed on.`;
}

/**
 * What to show of the server's feedback on a judgement: `{right, better, verdict, explanation,
 * done}`. `right` is null where the server had none; `labels` maps slots to the letters on screen.
 */
export function feedbackWords(feedback, judgement, labels) {
  if (!feedback) {
    const verdict = "Saved. What was agreed on cannot be shown this time.";
    return { right: null, better: null, verdict, explanation: "", done: "" };
  }
  const { right, better, explanation } = feedback;
  const agreed = better ? `${labels[better]} is the better answer.` : "they are about the same.";
  const verdict = right
    ? `Right: ${agreed}`
    : `Not as agreed: ${agreed} ${chosenWords(judgement, labels)}`.trim();
  return { right, better, verdict, explanation: explanation.trim(), done: doneWords(feedback) };
}

function chosenWords({ preference, all_bad: allBad }, labels) {
  if (allBad) return "You said that both are bad.";
  if (preference === 0) return "You said that they are about the same.";
  return preference === null ? "" : `You chose ${labels[preference < 0 ? 1 : 2]}.`;
}

function doneWords({ done, of, qualified }) {
  if (qualified) return "You are through: from now on it is real work.";
  return qualified === false ? "That was the last training item." : `${done} of ${of} done`;
}
