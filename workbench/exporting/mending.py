"""An answer with its flagged spans mended and nothing else changed. It knows texts alone."""

from collections.abc import Iterator

from workbench.worddiff import Piece, word_diff

Stretch = tuple[int, int]


def mended(original: str, corrected: str, flagged: list[Stretch]) -> str | None:
    """`original` with those changes of `corrected` that touch a flagged stretch (code points);
    None where none does.
    """
    parts, touched = [], False
    for start, old, new in _hunks(word_diff(original, corrected)):
        touches = old != new and _touches((start, start + len(old)), flagged)
        parts.append(new if touches else old)
        touched |= touches
    return "".join(parts) if touched else None


def _hunks(pieces: list[Piece]) -> Iterator[tuple[int, str, str]]:
    """(where it begins in the old text, what stood there, what stands there now)."""
    at, old, new = 0, "", ""
    for piece in pieces:
        if piece.kind == "same":
            yield at, old, new
            at += len(old)
            yield at, piece.text, piece.text
            at, old, new = at + len(piece.text), "", ""
        elif piece.kind == "old":
            old += piece.text
        else:
            new += piece.text
    yield at, old, new


def _touches(changed: Stretch, flagged: list[Stretch]) -> bool:
    """What is inserted right before or after a stretch touches it."""
    return any(start <= changed[1] and changed[0] <= end for start, end in flagged)
