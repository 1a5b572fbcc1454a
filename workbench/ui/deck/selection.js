// The stretch of an answer that is selected. Selections do not cross a shadow root on their own:
// the browser is asked for the composed range, in the two spellings there are, or the root itself.

import { stretchOf } from "./offsets.js";

function composedRange(root) {
  const selection = document.getSelection();
  if (!(root instanceof ShadowRoot)) {
    return selection?.rangeCount ? selection.getRangeAt(0) : null;
  }
  if (selection?.getComposedRanges) {
    try {
      return selection.getComposedRanges({ shadowRoots: [root] })[0] ?? null;
    } catch {
      return selection.getComposedRanges(root)[0] ?? null;
    }
  }
  const inner = root.getSelection?.() ?? selection;
  return inner?.rangeCount ? inner.getRangeAt(0) : null;
}

/** The UTF-16 offset of a range's end within `body`; what lies outside counts as its edge. */
function unitAt(body, node, offset, edge) {
  if (!body.contains(node)) return edge;
  const before = document.createRange();
  before.setStart(body, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

/**
 * `{slot, start, end, quote}` in code points, or null. `bodies` are `{slot, text, body}`; a
 * selection dragged out of an answer counts as far as that answer reaches.
 */
export function selectedStretch(root, bodies) {
  const range = composedRange(root);
  if (!range || range.collapsed) return null;
  const owner =
    bodies.find(({ body }) => body.contains(range.startContainer)) ??
    bodies.find(({ body }) => body.contains(range.endContainer));
  if (!owner) return null;
  const from = unitAt(owner.body, range.startContainer, range.startOffset, 0);
  const to = unitAt(owner.body, range.endContainer, range.endOffset, owner.text.length);
  const stretch = stretchOf(owner.text, from, to);
  return stretch && { slot: owner.slot, ...stretch };
}

export function clearSelection() {
  document.getSelection()?.removeAllRanges();
}
