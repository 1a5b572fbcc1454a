// Offsets in text. JavaScript counts UTF-16 units, the store counts code points; everything that
// leaves the deck is in code points of the stored text, which is shown as it is (CRLF included).

const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;
const splitsPair = (text, unit) =>
  unit > 0 &&
  unit < text.length &&
  isHigh(text.charCodeAt(unit - 1)) &&
  isLow(text.charCodeAt(unit));

/** The number of code points before the UTF-16 offset `unit`. */
export function pointsFromUnits(text, unit) {
  const end = Math.min(splitsPair(text, unit) ? unit - 1 : unit, text.length);
  let points = 0;
  for (let index = 0; index < end; index += 1) {
    if (!splitsPair(text, index)) points += 1;
  }
  return points;
}

/** The UTF-16 offset before which there are `points` code points. */
export function unitsFromPoints(text, points) {
  let unit = 0;
  for (let left = points; left > 0 && unit < text.length; left -= 1) {
    unit += splitsPair(text, unit + 1) ? 2 : 1;
  }
  return unit;
}

/**
 * The stretch between two UTF-16 offsets as `{start, end, quote}` in code points, without the
 * blanks that a double click or a drag takes along at the ends; null where nothing is left.
 */
export function stretchOf(text, fromUnit, toUnit) {
  let from = splitsPair(text, fromUnit) ? fromUnit - 1 : fromUnit;
  let to = splitsPair(text, toUnit) ? toUnit + 1 : toUnit;
  while (from < to && /\s/.test(text[from])) from += 1;
  while (to > from && /\s/.test(text[to - 1])) to -= 1;
  if (from >= to) return null;
  const start = pointsFromUnits(text, from);
  const quote = text.slice(from, to);
  return { start, end: start + pointsFromUnits(quote, quote.length), quote };
}
