"""Prompts that a benchmark asks: training on them would make its scores worthless.

A benchmark's question is in a prompt where more than half of its 8-word sequences are (Lambert et
al., "Tülu 3", 2024, section 3.2); of one with fewer words, all of it must be all of the prompt.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from workbench.errors import InvalidInput
from workbench.hashing import sha256_json
from workbench.importing.reading import prompts_of
from workbench.records import plain_text
from workbench.stats.arrays import Ints
from workbench.store import Store, benchmarks
from workbench.store.database import Database

WORDS = 8
SHARE = 0.5
_WORD = re.compile(r"\w+")
Gram = tuple[str, ...]


def add(store: Store, name: str, path: Path, now: datetime) -> int:
    """Name a file of questions, read as prompts are imported; returns how many there are.

    Raises InvalidInput for a file without any.
    """
    texts = sorted({prompt.text() for prompt in prompts_of(path)})
    if not name.strip() or not texts:
        raise InvalidInput(
            f"{path.name} names no question." if name.strip() else "A benchmark has a name.",
            field="file" if name.strip() else "name",
            remedy="A row is read as a prompt: {prompt}, {turns}, {instruction}.",
        )
    store.write(lambda db: benchmarks.add(db, now, name.strip(), sha256_json(texts), texts))
    return len(texts)


def asked_by(db: Database, project_id: int) -> dict[str, Ints]:
    """By benchmark the project's prompts that hold one of its questions."""
    known = {one.name: Questions(benchmarks.texts(db, one.name)) for one in benchmarks.named(db)}
    hit: dict[str, list[int]] = {name: [] for name in known}
    prompts = benchmarks.train_prompts(db, project_id) if known else iter(())
    for prompt_id, messages, context in prompts:
        said = " ".join(plain_text(one["content"]) for one in json.loads(messages))
        for name, questions in known.items():
            if questions.within(f"{said} {context}"):
                hit[name].append(prompt_id)
    return {name: np.array(ids, np.int64) for name, ids in hit.items()}


class Questions:
    """A benchmark's questions, by what they are found by."""

    def __init__(self, texts: list[str]):
        self.short: set[Gram] = set()
        self.sizes: list[int] = []
        self.of: dict[Gram, list[int]] = defaultdict(list)
        for said in map(_words, texts):
            if len(said) < WORDS:
                self.short.add(tuple(said))
                continue
            grams = set(_grams(said))
            for gram in grams:
                self.of[gram].append(len(self.sizes))
            self.sizes.append(len(grams))

    def within(self, text: str) -> bool:
        """Whether the text holds one of them."""
        said = _words(text)
        if tuple(said) in self.short:
            return True
        seen = Counter(at for gram in set(_grams(said)) for at in self.of.get(gram, ()))
        return any(n > SHARE * self.sizes[at] for at, n in seen.items())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _grams(words: list[str]) -> Iterator[Gram]:
    return zip(*(words[at:] for at in range(WORDS)), strict=False)
