"""What the tests of adjudication share: a lead, and an item on which reviewers disagree."""

from typing import Any

from tests.conftest import Desk, slots_are_sound
from workbench import adjudication
from workbench.quality import Consensus, consensus
from workbench.records import Item, Reviewer
from workbench.store import reviews

PEOPLE = ("Ann", "Ben", "Cem")


class Office:
    """A desk with a lead, and one item on which the reviewers disagree."""

    def __init__(self, desk: Desk, verdicts: str = "aab"):
        self.desk = desk
        self.lead = desk.reviewer("Lea", role="lead")
        self.people = {name: desk.reviewer(name) for name in PEOPLE[: len(verdicts)]}
        for person, said in zip(self.people.values(), verdicts, strict=True):
            [item] = desk.claim(person)
            self.say(person, item, said)
        self.item = self.waiting()[0]

    def say(self, person: Reviewer, item: Item, said: str) -> None:
        """“a” is better, “b”, or a “t”ie."""
        fine = self.desk.better(item)
        self.desk.submit(person, item, preference={"a": fine, "b": -fine, "t": 0}[said],
                         rationale=f"{person.name} thinks so")  # fmt: skip

    def do(self, name: str, *arguments: Any, **more: Any) -> Any:
        """One of the decisions about the item."""
        service, lead, now = getattr(adjudication, name), self.lead, self.desk.clock.now
        return self.desk.store.write(
            lambda db: service(db, lead, self.item, *arguments, now, **more)
        )

    def rule(self, **ruling: Any) -> None:
        self.do("rule", **ruling)

    def make_gold(self, **more: Any) -> int:
        desk = self.desk
        made: int = desk.store.write(
            lambda db: adjudication.make_gold(
                db, desk.project, self.lead, self.item, " The card. ", desk.clock.now, **more
            )
        )
        return made

    def case(self, **how: Any) -> adjudication.Case:
        with self.desk.store.read() as db:
            return adjudication.case(db, self.desk.project, self.item, **how)

    def of(self, name: str) -> int:
        """The judgement of a person."""
        return next(o.judgement_id for o in self.case(named=True).opinions if o.who == name)

    def fine_slot(self) -> int:
        """The desk's slot of the answer that variant a gave."""
        return next(s for s, text in enumerate(self.case().answers, 1) if "fine" in text)

    def better(self, strength: int = 2) -> int:
        return -strength if self.fine_slot() == 1 else strength

    def waiting(self) -> list[int]:
        with self.desk.store.read() as db:
            return reviews.waiting(db, self.desk.project.id)

    def notes(self, name: str) -> list[adjudication.Note]:
        with self.desk.store.read() as db:
            return adjudication.notes_for(db, self.desk.project, self.people[name])

    def consensus(self) -> Consensus:
        with self.desk.store.read() as db:
            [found] = consensus(db, self.desk.project.id, ("human",))
        return found

    def exported(self) -> tuple[int, dict[str, int]]:
        rows, left_out = self.desk.exportable()
        return len(rows), left_out

    def sound(self) -> bool:
        with self.desk.store.read() as db:
            return slots_are_sound(db)
