"""Discussions: who may read and write them, whom they mention, and how they end."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from tests.conftest import START, Desk
from workbench import discussions, judging
from workbench.discussions import Summary, Thread
from workbench.discussions.examples import with_example
from workbench.errors import InvalidInput, NotAllowed, NotFound, WorkbenchError
from workbench.records import Item, Reviewer
from workbench.store import projects, reviewers

MakeDesk = Callable[..., Desk]


class Talk:
    """A desk on which Ann has asked about an item; Lea is the lead, Ben was given nothing."""

    def __init__(self, desk: Desk, question: str = "Is a list an answer?"):
        self.desk = desk
        self.ann, self.ben = desk.reviewer("Ann"), desk.reviewer("Ben")
        self.lea = desk.reviewer("Lea", role="lead")
        [self.item] = desk.claim(self.ann)
        self.flag(self.ann, self.item, question)
        self.id = self.lines(self.lea)[0].id

    def flag(self, person: Reviewer, item: Item, text: str) -> None:
        now = self.desk.clock.now
        self.desk.store.write(lambda db: judging.flag(db, person, item.id, text, now))

    def do(self, act: Callable[..., Any], person: Reviewer, *more: Any) -> Any:
        now = self.desk.clock.now
        return self.desk.store.write(lambda db: act(db, person, self.id, *more, now))

    def say(self, person: Reviewer, text: str) -> None:
        self.do(discussions.say, person, text)

    def resolve(self, person: Reviewer | None = None) -> None:
        self.do(discussions.resolve, person or self.lea)

    def read(self, person: Reviewer) -> Thread:
        with self.desk.store.read() as db:
            return discussions.thread(db, person, self.id)

    def lines(self, person: Reviewer, status: Any = "open") -> list[Summary]:
        with self.desk.store.read() as db:
            return discussions.listed(db, self.desk.project, person, status)

    def waiting_for(self, person: Reviewer) -> list[tuple[int, str, str]]:
        with self.desk.store.read() as db:
            return [(m.thread_id, m.project, m.by) for m in discussions.mentions_of(db, person)]

    def stored(self) -> list[str]:
        return [row["text"] for row in self.desk.rows("SELECT text FROM thread_messages")]

    def guidelines(self) -> tuple[str, int]:
        with self.desk.store.read() as db:
            project = projects.by_id(db, self.desk.project.id)
        return project.guidelines, project.guidelines_version


@pytest.fixture
def talk(desk: Desk) -> Talk:
    desk.add_answers(5)
    desk.open()
    return Talk(desk)


# Who may


def acts(talk: Talk, who: str) -> dict[str, bool]:
    """What a person may do with the thread; nothing is kept of what they did."""
    person = getattr(talk, who)
    tried = {
        "read": lambda: talk.read(person),
        "say": lambda: talk.say(person, "Yes"),
        "resolve": lambda: talk.resolve(person),
        "reopen": lambda: talk.do(discussions.reopen, person),
    }
    return {name: _allowed(act) for name, act in tried.items()}


def _allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("who", "reads_and_says", "concludes"),
    [("ann", True, False), ("ben", False, False), ("lea", True, True)],
    ids=["who was given the item", "another reviewer", "a lead"],
)
def test_a_role_and_the_item_decide_what_one_may(
    talk: Talk, who: str, reads_and_says: bool, concludes: bool
) -> None:
    assert acts(talk, who) == {
        "read": reads_and_says, "say": reads_and_says, "resolve": concludes, "reopen": concludes,
    }  # fmt: skip
    assert bool(talk.lines(getattr(talk, who))) == reads_and_says


def test_who_is_mentioned_takes_part(talk: Talk) -> None:
    talk.say(talk.lea, "What do you think, @Ben?")
    talk.say(talk.ben, "It is one")
    assert [said.by for said in talk.read(talk.ben).said] == ["Ann", "Lea", "Ben"]
    assert [line.id for line in talk.lines(talk.ben)] == [talk.id]


def test_only_leads_make_examples(talk: Talk) -> None:
    talk.resolve()
    with pytest.raises(NotAllowed):
        talk.do(discussions.add_example, talk.ann, "So")


def test_there_is_no_thread_of_that_number(talk: Talk) -> None:
    talk.id += 1
    with pytest.raises(NotFound):
        talk.read(talk.lea)


# What a thread tells


def test_the_queue_has_the_oldest_first_with_its_last_word(talk: Talk) -> None:
    second = talk.desk.claim(talk.ben)[0]
    talk.desk.clock.pass_by(minutes=1)
    talk.flag(talk.ben, second, "And this one?")
    talk.desk.clock.pass_by(minutes=1)
    talk.say(talk.lea, "Yes, @Ann")
    one, two = talk.lines(talk.lea)
    assert (one.question, one.messages, one.last_words) == ("Is a list an answer?", 2, "Yes, @Ann")
    assert (one.last_by, one.mentioned) == ("Lea", ("Ann",))
    assert (two.question, two.messages, two.mentioned) == ("And this one?", 1, ())
    assert one.opened_at < two.opened_at < one.last_at


def test_answers_stand_as_the_viewer_was_shown_them(talk: Talk) -> None:
    assert talk.read(talk.ann).item.answers == talk.item.answers
    assert talk.read(talk.lea).item.answers == talk.item.answers, "as the asker was"
    assert not talk.read(talk.lea).said[0].other_order


def test_who_saw_the_answers_in_another_order_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=8)
    desk.add_answers(1)
    desk.open()
    talk = Talk(desk)
    others = [desk.reviewer(f"R{i}", seed=i) for i in range(6)]
    shown = {person: desk.claim(person)[0].answers for person in others}
    for person in others:
        assert talk.read(person).item.answers == shown[person]
        assert talk.read(person).said[0].other_order == (shown[person] != talk.item.answers)
    assert len(set(shown.values())) == 2


def test_a_thread_of_a_gold_item_looks_like_any_other(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=0.5)
    desk.add_gold(8)
    desk.add_answers(8)
    desk.open()
    talk = Talk(desk)
    seen = {}
    for item in desk.claim(talk.ben, 10):
        talk.flag(talk.ben, item, "Hm")
    kinds = desk.rows("SELECT t.id, c.kind FROM threads t JOIN comparisons c"
                      " ON c.id = t.comparison_id")  # fmt: skip
    for row in kinds:
        talk.id = row["id"]
        told = asdict(talk.read(talk.lea))
        seen[row["kind"]] = (told.keys(), told["item"].keys(), told["said"][0].keys())
        assert not {"kind", "variant", "model", "round", "comparison"} & {*told, *told["item"]}
    assert seen.keys() == {"gold", "work"}
    assert seen["gold"] == seen["work"]


@pytest.mark.parametrize("shown", [False, True])
def test_the_reference_answer_is_told_where_the_project_says_so(
    make_desk: MakeDesk, shown: bool
) -> None:
    desk = make_desk(show_reference=shown)
    desk.import_rows([{"prompt": "Why?", "reference": "Because", "split": "train",
                       "completions": {"a": "1", "b": "2"}}])  # fmt: skip
    desk.open()
    talk = Talk(desk)
    assert talk.read(talk.ann).item.reference == ("Because" if shown else None)


# Mentions


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("Ask @Ben", ["Ben"]),
        ("@ben: and you?", ["Ben"]),
        ("@Ann Lee knows", ["Ann Lee"]),
        ("@Ann Leeds knows", ["Ann"]),
        ("@Ben and @Ben and @Lea", ["Ben", "Lea"]),
        ("(@Ben)", ["Ben"]),
        ("@Benjamin knows", []),
        ("mail ann@Ben", []),
        ("@nobody knows", []),
        ("Ben knows", []),
        ("Ask @Sam (QA), please", ["Sam (QA)"]),
    ],
)
def test_names_after_an_at_are_mentions(talk: Talk, text: str, mentioned: list[str]) -> None:
    talk.desk.reviewer("Ann Lee")
    talk.desk.reviewer("Sam (QA)")
    cleo = talk.desk.reviewer("Cleo", role="lead")
    talk.say(cleo, text)
    said = talk.read(talk.lea).said[-1]
    assert sorted(said.mentioned) == mentioned
    assert said.text.casefold() == text.casefold()


def test_a_mention_waits_until_it_is_seen(talk: Talk) -> None:
    talk.say(talk.lea, "@Ann, look")
    talk.say(talk.lea, "and @Ann, again")
    assert talk.waiting_for(talk.ann) == [(talk.id, "small", "Lea")]
    talk.do(discussions.mark_seen, talk.ben)
    assert talk.waiting_for(talk.ann)
    talk.do(discussions.mark_seen, talk.ann)
    assert talk.waiting_for(talk.ann) == []


def test_a_flag_mentions_as_an_answer_does(talk: Talk) -> None:
    talk.flag(talk.ann, talk.item, "@Lea?")
    assert talk.waiting_for(talk.lea) == [(talk.id, "small", "Ann")]


def test_nobody_waits_for_themselves(talk: Talk) -> None:
    talk.say(talk.ann, "I, @Ann, think so")
    assert talk.waiting_for(talk.ann) == []


def test_no_name_lies_in_a_stored_text(talk: Talk) -> None:
    talk.say(talk.lea, "@ANN, look")
    assert talk.stored()[-1] == f"@{talk.ann.public_id}, look"


def test_who_types_a_pseudonym_does_not_learn_whose_it_is(talk: Talk) -> None:
    talk.say(talk.ann, f"Who is @{talk.ben.public_id}?")
    assert talk.read(talk.ann).said[-1].text == f"Who is {talk.ben.public_id}?"
    assert talk.waiting_for(talk.ben) == []


def test_who_was_forgotten_is_a_pseudonym_in_every_thread(talk: Talk) -> None:
    talk.say(talk.ann, "My own words")
    talk.say(talk.lea, "@Ann, thanks")
    talk.desk.store.write(lambda db: reviewers.forget(db, START, talk.ann.id))
    found = talk.read(talk.lea)
    assert [said.text for said in found.said] == ["", "", f"@{talk.ann.public_id}, thanks"]
    assert "Ann" not in repr(found)
    assert "Ann" not in repr(talk.lines(talk.lea))


# How it ends


def test_a_resolved_thread_says_by_whom_and_takes_no_answers(talk: Talk) -> None:
    talk.resolve()
    found = talk.read(talk.ann)
    assert (found.status, found.resolved_by) == ("resolved", "Lea")
    assert talk.lines(talk.lea) == []
    assert [line.id for line in talk.lines(talk.lea, "resolved")] == [talk.id]
    with pytest.raises(InvalidInput, match="reopen"):
        talk.say(talk.ann, "But")


def test_a_reopened_thread_goes_on(talk: Talk) -> None:
    talk.resolve()
    talk.do(discussions.reopen, talk.lea)
    talk.say(talk.ann, "But")
    assert (talk.read(talk.ann).status, talk.read(talk.ann).resolved_by) == ("open", None)


def test_an_item_has_one_open_thread(talk: Talk) -> None:
    talk.resolve()
    talk.flag(talk.ann, talk.item, "It is not clear yet")
    with pytest.raises(InvalidInput, match="Another discussion"):
        talk.do(discussions.reopen, talk.lea)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2_001])
def test_an_answer_has_words_and_an_end(talk: Talk, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        talk.say(talk.ann, text)
    assert refused.value.field == "text"


def test_the_log_says_who_did_what_and_no_words(talk: Talk) -> None:
    talk.say(talk.ann, "secret words")
    for _ in range(2):  # the second time changes nothing
        talk.resolve()
    talk.do(discussions.add_example, talk.lea, "secret words")
    for _ in range(2):
        talk.do(discussions.reopen, talk.lea)
    kinds = [("thread.answered", talk.ann), ("thread.resolved", talk.lea),
             ("thread.example", talk.lea), ("thread.reopened", talk.lea)]  # fmt: skip
    logged = talk.desk.rows("SELECT * FROM events WHERE kind LIKE 'thread.%' ORDER BY id")
    assert [(e["kind"], e["reviewer_id"]) for e in logged] == [(k, p.id) for k, p in kinds]
    assert {e["subject_id"] for e in logged} == {talk.id}
    assert "secret" not in repr(talk.desk.rows("SELECT * FROM events"))


# Examples in the guidelines


def test_an_example_is_a_new_version_of_the_guidelines(talk: Talk) -> None:
    before, version = talk.guidelines()
    talk.resolve()
    assert talk.do(discussions.add_example, talk.lea, "A list is an answer.\n") == version + 1
    now, newest = talk.guidelines()
    assert (now, newest) == (with_example(before, "A list is an answer."), version + 1)


@pytest.mark.parametrize(
    ("guidelines", "after"),
    [
        ("", "## Examples\n\nNEW\n"),
        ("Be fair.\n", "Be fair.\n\n## Examples\n\nNEW\n"),
        ("Be fair.\n\n## Examples\n", "Be fair.\n\n## Examples\n\nNEW\n"),
        ("## Examples\n\nOld\n", "## Examples\n\nOld\n\n---\n\nNEW\n"),
        (
            "## Examples\n\nOld\n\n## Tags\n\nUse few.",
            "## Examples\n\nOld\n\n---\n\nNEW\n\n## Tags\n\nUse few.\n",
        ),
        (
            "## Examples\n\n```\n# no heading\n```\n",
            "## Examples\n\n```\n# no heading\n```\n\n---\n\nNEW\n",
        ),
    ],
)
def test_examples_have_a_section_of_their_own(guidelines: str, after: str) -> None:
    assert with_example(guidelines, "NEW") == after


def test_a_draft_has_the_item_and_the_conclusion_and_no_names(talk: Talk) -> None:
    talk.say(talk.lea, "@Ann: a list is an answer")
    talk.resolve()
    with talk.desk.store.read() as db:
        draft = discussions.draft_example(db, talk.lea, talk.id)
    for at, text in zip("AB", talk.item.answers, strict=True):
        assert f"**Answer {at}**\n\n> {text}" in draft
    assert "**Prompt**\n\n> Tell me about topic" in draft
    assert draft.endswith("**Conclusion.** a list is an answer")


@pytest.mark.parametrize("text", ["", " \n", "As @Ann said", "x" * 20_001])
def test_an_example_that_cannot_stay_for_good_is_refused(talk: Talk, text: str) -> None:
    talk.resolve()
    with pytest.raises(InvalidInput) as refused:
        talk.do(discussions.add_example, talk.lea, text)
    assert refused.value.field == "text"
    assert talk.guidelines()[1] == 1


def test_an_open_thread_makes_no_example(talk: Talk) -> None:
    with pytest.raises(InvalidInput, match="Resolve it first"):
        talk.do(discussions.add_example, talk.lea, "So")


def test_guidelines_do_not_tell_what_gold_asks(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(2)
    talk = Talk(desk)
    talk.resolve()
    with pytest.raises(WorkbenchError, match="Gold asks"):
        talk.do(discussions.add_example, talk.lea, "So")
    assert talk.guidelines()[1] == 1
