// Pairs of texts side by side, what differs marked. Streamlit calls `mount` at first and again
// whenever the data changes; all texts enter the page as text nodes.

import { cards } from "./cards.js";

export function mount({ parentElement, data }) {
  parentElement.querySelector(".diffs")?.remove();
  const made = cards(data);
  parentElement.append(made);
  return () => made.remove();
}
