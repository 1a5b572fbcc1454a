"""Two models that have answered heldout prompts, and somebody who judges them: what the tests of
proofs share. No model is loaded: the answers are stored as if they had been generated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.conftest import Desk, answered
from workbench.records import (
    Completion,
    Item,
    Model,
    Project,
    Reviewer,
    Sampling,
    Span,
    Template,
    Variant,
)
from workbench.rounds import proving
from workbench.store import completions, prompts, proofs, variants
from workbench.store.proofs import StoredProof

GREEDY = Sampling(temperature=0.0, max_tokens=8)
Verdict = Callable[[int], int]  # the new answer's lead on the n-th prompt, −3 to 3


def quiet(done: int, total: int, note: str) -> None:
    pass


@dataclass
class Duel:
    """“new” and “old” have answered every heldout prompt; `old` begins with A poor."""

    desk: Desk
    new: Variant
    old: Variant

    @property
    def project(self) -> Project:
        return self.desk.project

    def begin(self, **how: Any) -> StoredProof:
        return proving.begin(self.desk.store, self.project, self.new, self.old, **how)

    def lay(self, proof: StoredProof) -> dict[str, Any]:
        return proving.lay(self.desk.store, self.project, proof, quiet)

    def stored(self, proof: StoredProof) -> StoredProof:
        with self.desk.store.read() as db:
            return proofs.get(db, proof.id)

    def judge(self, reviewer: Reviewer, verdict: Verdict, **more: Any) -> int:
        """The same reviewer judges all that waits; `more(item, the slot of the new answer)`."""
        judged = 0
        while items := self.desk.claim(reviewer, 10):
            for item in items:
                new = slot_of_new(item)
                lead = verdict(judged)
                said = {key: say(item, new) for key, say in more.items()}
                self.desk.submit(reviewer, item, preference=-lead if new == 1 else lead, **said)
                judged += 1
        return judged


def slot_of_new(item: Item) -> int:
    return 1 if item.answers[0].startswith("A fine") else 2


def tag(item: Item, slot: int, category: str = "not_in_source") -> tuple[Span, ...]:
    """One span on the answer in this slot."""
    return (Span(slot, 0, 6, category, quote=item.answers[slot - 1][:6], severity="minor"),)


def local(name: str) -> Model:
    return Model(name, "local", f"/nowhere/{name}", fingerprint=name)


def duel(desk: Desk, count: int, *, tokens: int | None = 10) -> Duel:
    made = Duel(desk, *(_variant(desk, name) for name in ("new", "old")))
    add_heldout(desk, count)
    answer_heldout(made, tokens=tokens)
    return made


def add_heldout(desk: Desk, count: int, word: str = "topic") -> None:
    rows = [answered(i, split="heldout", word=word) for i in range(count)]
    desk.import_rows([{k: row[k] for k in ("prompt", "split")} for row in rows], kind="prompts")


def answer_heldout(made: Duel, *, tokens: int | None = 10) -> None:
    with made.desk.store.read() as db:
        heldout = list(prompts.in_project(db, made.project.id, "heldout"))

    def write(db: Any) -> None:
        for prompt in heldout:
            for word, variant in (("fine", made.new), ("poor", made.old)):
                text = f"A {word} answer on {prompt.messages[0]['content']}"
                said = ({"role": "assistant", "content": text},)
                given = Completion(
                    prompt.id, variant.id, 0, said, prompt.messages, tokens_out=tokens
                )
                completions.insert(db, made.desk.clock.now, given)

    made.desk.store.write(write)


def _variant(desk: Desk, name: str) -> Variant:
    wanted = Variant(name, local(name), Template(), GREEDY)
    now = desk.clock.now
    return desk.store.write(lambda db: variants.ensure_variant(db, now, desk.project.id, wanted))
