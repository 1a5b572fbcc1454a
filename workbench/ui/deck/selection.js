// What is selected on the page. Selections do not cross a shadow root on their own: the browser is
// asked for the composed range, in the two spellings there are, or the root itself.

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

/** The range as a live one, cut to what lies within `element`. */
function within(range, element) {
  const whole = document.createRange();
  whole.selectNodeContents(element);
  if (element.contains(range.startContainer)) whole.setStart(range.startContainer, range.startOffset);
  if (element.contains(range.endContainer)) whole.setEnd(range.endContainer, range.endOffset);
  return whole;
}

/**
 * `{place, start, end, quote}` in code points, or null. `places` are `{place, body}`; a selection
 * dragged out of a text counts as far as that text reaches.
 */
export function selectedStretch(root, places) {
  const range = composedRange(root);
  if (!range || range.collapsed) return null;
  const owner =
    places.find(({ body }) => body.contains(range.startContainer)) ??
    places.find(({ body }) => body.contains(range.endContainer));
  const stretch = owner?.body.stretchIn(within(range, owner.body.element));
  return stretch ? { place: owner.place, ...stretch } : null;
}

/** Selects a stretch of a text, and brings it into view. */
export function select(body, { start, end }) {
  const range = body.rangeOf(start, end);
  if (!range) return;
  const { startContainer, startOffset, endContainer, endOffset } = range;
  document.getSelection().setBaseAndExtent(startContainer, startOffset, endContainer, endOffset);
  (endContainer.parentElement ?? endContainer).scrollIntoView({ block: "nearest" });
}

export function clearSelection() {
  document.getSelection()?.removeAllRanges();
}
