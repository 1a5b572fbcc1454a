// What a correction changed, word by word: the longest common subsequence of two lists of words.
// Nothing here touches the page.

const MOST_CELLS = 4_000_000; // beyond it, the changed middle is shown as one change

const tokens = (text) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** `[{kind: "same" | "gone" | "new", text}]`, in order; equal neighbours are joined. */
export function wordDiff(before, after) {
  const [a, b] = [tokens(before), tokens(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  const rest = Math.min(a.length, b.length) - head;
  while (tail < rest && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = changes(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const same = (list) => list.map((text) => ({ kind: "same", text }));
  return joined([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))]);
}

function changes(a, b) {
  const all = (kind, list) => list.map((text) => ({ kind, text }));
  if (a.length * b.length > MOST_CELLS) return [...all("gone", a), ...all("new", b)];
  const common = lengths(a, b);
  const found = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) found.push({ kind: "same", text: a[i] }), (i += 1), (j += 1);
    else if (common[i + 1][j] >= common[i][j + 1]) found.push({ kind: "gone", text: a[i++] });
    else found.push({ kind: "new", text: b[j++] });
  }
  return [...found, ...all("gone", a.slice(i)), ...all("new", b.slice(j))];
}

/** `table[i][j]`: how many words `a` from `i` and `b` from `j` have in common, in order. */
function lengths(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i][j] =
        a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}

function joined(parts) {
  const result = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else result.push({ ...part });
  }
  return result;
}
