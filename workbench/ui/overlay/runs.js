// A text cut into runs at every edge of a tag: each run knows all the tags that lie over it. Places
// count code points, as the store does. Nothing here touches the page.

/** `[{text, tags}]`, in order and without gaps; `tags` are those that cover the whole run. */
export function runsOf(text, tags) {
  const points = Array.from(text);
  const within = (place) => Math.min(Math.max(place, 0), points.length);
  const places = tags.map((tag) => ({ tag, from: within(tag.start), to: within(tag.end) }));
  const edges = places.flatMap(({ from, to }) => [from, to]);
  const cuts = [...new Set([0, ...edges, points.length])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, at) => ({
    text: points.slice(cuts[at], end).join(""),
    tags: places.filter(({ from, to }) => from <= cuts[at] && to >= end).map(({ tag }) => tag),
  }));
}

/** The tags on one answer of those who are asked for (null: everybody), each with its `who`. */
export function tagsOn(opinions, slot, who = null) {
  return opinions
    .filter((opinion) => who === null || opinion.who === who)
    .flatMap(({ who: by, spans }) =>
      spans.filter((span) => span.slot === slot).map((span) => ({ ...span, who: by })),
    );
}
