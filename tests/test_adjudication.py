"""A lead's second look: what can be decided about an item, and what follows from it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from tests.conftest import Desk
from tests.office import PEOPLE, Office
from workbench import adjudication
from workbench.errors import InvalidInput, NotAllowed, NotFound
from workbench.quality import consensus
from workbench.settings import SecondLook
from workbench.store import adjudications, gold, projects, reviewers, reviews

MakeDesk = Callable[..., Desk]


@pytest.fixture
def office(make_desk: MakeDesk) -> Office:
    desk = make_desk(overlap=3)
    desk.add_answers(1)
    desk.open()
    return Office(desk)


def ranked_office(make_desk: MakeDesk) -> Office:
    desk = make_desk(judging="ranking", ranking_size=3, second_look=SecondLook(share=1.0))
    desk.import_rows([{"prompt": "Which?", "split": "train",
                       "completions": {n: f"answer {n}" for n in "abc"}}])  # fmt: skip
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann)
    desk.submit(ann, item, preference=None, ranking=((1,), (2,), (3,)))
    return Office(desk, "")


# Accepting


def test_an_accepted_item_goes_on_as_it_was_judged(office: Office) -> None:
    assert office.exported() == (0, {"waits for a second look, or was sent back": 1})
    office.do("accept")
    assert office.waiting() == []
    _, left_out = office.exported()
    assert "waits for a second look, or was sent back" not in left_out
    assert office.consensus().posterior < 1


def test_what_was_accepted_comes_back_only_where_a_lead_asks(office: Office) -> None:
    office.do("accept")
    office.do("ask_for_look")
    assert office.waiting() == [office.item]
    assert [look["decision"] for look in office.case().looks] == [None, "accepted"]


# Sending back


def test_a_judgement_sent_back_counts_no_more_and_can_be_given_anew(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "Read the card again.")
    assert len(office.consensus().judgement_ids) == 2
    assert [o.counts for o in office.case(named=True).opinions] == [True, True, False]
    assert office.sound()
    cem = office.people["Cem"]
    [again] = office.desk.claim(cem)
    assert office.sound()
    office.say(cem, again, "a")
    assert len(office.consensus().judgement_ids) == 3
    assert {o.counts for o in office.case().opinions} == {True}
    assert office.sound()


def test_an_item_sent_back_trains_nothing_until_it_is_judged_again(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "Read the card again.")
    assert office.exported()[0] == 0
    [again] = office.desk.claim(office.people["Cem"])
    office.say(office.people["Cem"], again, "a")
    assert office.exported()[0] == 1


def test_one_who_disagrees_again_is_looked_at_again(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "Read the card again.")
    [again] = office.desk.claim(office.people["Cem"])
    office.say(office.people["Cem"], again, "b")
    assert office.waiting() == [office.item]


def test_the_reviewer_reads_the_note_until_it_is_put_away(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "  Read the card again. ")
    [note] = office.notes("Cem")
    assert (note.lead, note.text, note.anew) == ("Lea", "Read the card again.", False)
    assert note.question.startswith("Tell me about")
    assert office.notes("Ann") == []
    cem, now = office.people["Cem"], office.desk.clock.now
    office.desk.store.write(lambda db: reviews.put_away(db, now, cem.id, note.judgement_id))
    assert office.notes("Cem") == []


def test_nobody_puts_away_the_note_of_somebody_else(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "Read the card again.")
    [note], ann = office.notes("Cem"), office.people["Ann"]
    office.desk.store.write(
        lambda db: reviews.put_away(db, office.desk.clock.now, ann.id, note.judgement_id)
    )
    assert len(office.notes("Cem")) == 1


def test_several_judgements_can_be_sent_back_at_once(office: Office) -> None:
    office.do("reject", [office.of(name) for name in PEOPLE], "The card has changed.")
    assert office.desk.counted() == []
    assert office.sound()
    for name in PEOPLE:
        assert len(office.desk.claim(office.people[name])) == 1


def test_who_submitted_late_under_a_second_lease_can_judge_again_too(make_desk: MakeDesk) -> None:
    """The first lease ran out, a second one was taken, and the first submission still counted."""
    desk = make_desk(second_look=SecondLook(share=1.0))
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [first] = desk.claim(ann, tab="one")
    desk.clock.pass_by(minutes=31)
    desk.claim(ann, tab="two")
    desk.submit(ann, first)
    office = Office(desk, "")
    office.do("reject", [office.of("Ann")], "Once more, please.")
    assert office.sound()
    assert len(desk.claim(ann, tab="three")) == 1


@pytest.mark.parametrize(("note", "whose", "field"), [
    ("  ", "Cem", "note"), ("x" * 4001, "Cem", "note"), ("Why?", None, "judgements"),
])  # fmt: skip
def test_sending_back_takes_a_note_and_a_judgement(
    office: Office, note: str, whose: str | None, field: str
) -> None:
    chosen = [office.of(whose)] if whose else [987]
    with pytest.raises(InvalidInput) as problem:
        office.do("reject", chosen, note)
    assert problem.value.field == field
    assert office.waiting() == [office.item]
    assert len(office.desk.counted()) == 3


def test_what_was_sent_back_cannot_be_sent_back_twice(office: Office) -> None:
    cem = office.of("Cem")
    office.do("reject", [cem], "Read the card again.")
    with pytest.raises(InvalidInput, match="whose judgement"):
        office.do("reject", [cem], "And again.")
    assert office.sound()


# More votes


def test_more_votes_are_asked_of_others(office: Office) -> None:
    office.do("requeue", 2)
    assert office.waiting() == []
    assert office.desk.claim(office.people["Ann"]) == []
    for name in ("Dag", "Eva"):
        person = office.desk.reviewer(name)
        [item] = office.desk.claim(person)
        office.say(person, item, "a")
    assert len(office.consensus().judgement_ids) == 5
    assert office.sound()


@pytest.mark.parametrize("more", [0, -1, 21])
def test_the_number_of_further_votes_has_bounds(office: Office, more: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 20"):
        office.do("requeue", more)


# Ruling


@pytest.mark.parametrize("strength", [1, 2, 3])
def test_a_ruling_on_a_pair_is_the_last_word(office: Office, strength: int) -> None:
    office.rule(preference=-office.better(strength))
    found = office.consensus()
    assert (found.winner_id, found.strength, found.posterior) == (found.pair[1], strength, 1.0)
    assert office.exported()[0] == 1
    assert office.waiting() == []


def test_the_case_speaks_the_ruling_by_the_desks_own_sides(office: Office) -> None:
    office.rule(preference=office.better())
    assert office.case().ruling == {
        "preference": office.better(), "ranking": None, "all_bad": False
    }  # fmt: skip


def test_a_tie_makes_no_pair(office: Office) -> None:
    office.rule(preference=0)
    assert office.consensus().winner_id is None
    assert office.exported() == (0, {"about the same, or undecided": 1})


def test_all_bad_makes_no_pair(office: Office) -> None:
    office.rule(all_bad=True)
    assert office.consensus().all_bad
    assert office.exported() == (0, {"all bad": 1})


def test_a_later_ruling_takes_the_place_of_the_earlier_one(office: Office) -> None:
    office.rule(preference=office.better())
    office.rule(preference=-office.better(1))
    found = office.consensus()
    assert (found.winner_id, found.strength) == (found.pair[1], 1)


def test_a_ranking_is_ruled_place_by_place(make_desk: MakeDesk) -> None:
    office = ranked_office(make_desk)
    office.rule(ranking=[[3], [1, 2]])
    with office.desk.store.read() as db:
        pairs = consensus(db, office.desk.project.id, ("human",))
        ruling = adjudications.current(db, office.item)
    assert ruling
    assert ruling.ranking
    best = ruling.ranking[0][0]
    assert [p.winner_id for p in pairs if best in p.pair] == [best, best]
    assert [p.winner_id for p in pairs if best not in p.pair] == [None]
    assert office.case().ruling == {
        "preference": 0, "ranking": [[3], [1, 2]], "all_bad": False
    }  # fmt: skip


@pytest.mark.parametrize("ruling", [
    {}, {"preference": 4}, {"preference": -4}, {"ranking": [[1], [2]]},
])  # fmt: skip
def test_what_does_not_fit_a_pair_is_refused(office: Office, ruling: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="does not fit"):
        office.rule(**ruling)
    assert office.waiting() == [office.item]


@pytest.mark.parametrize("ruling", [
    {}, {"preference": 1}, {"ranking": [[1], [2]]}, {"ranking": [[1], [2], [2, 3]]},
    {"ranking": [[1, 2, 3, 4]]}, {"ranking": [[1], [], [2, 3]]}, {"ranking": [[1, 2, 3], []]},
])  # fmt: skip
def test_what_does_not_fit_a_ranking_is_refused(
    make_desk: MakeDesk, ruling: dict[str, Any]
) -> None:
    office = ranked_office(make_desk)
    with pytest.raises(InvalidInput, match="does not fit"):
        office.rule(**ruling)


def test_a_single_answer_is_not_ruled_on(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="single", second_look=SecondLook(share=1.0))
    desk.import_rows([{"prompt": "What?", "variant": "a", "completion": "This.", "split": "train"}])
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann)
    desk.submit(ann, item, preference=None, ratings={1: {"faithful": 2, "to_the_point": 1}})
    office = Office(desk, "")
    with pytest.raises(InvalidInput, match="no verdict"):
        office.rule(preference=1)
    office.do("accept")


# Gold


def test_a_ruled_item_becomes_gold(office: Office) -> None:
    office.rule(preference=office.better())
    made = office.make_gold(training=True)
    with office.desk.store.read() as db:
        known = gold.answer_of(db, made)
    assert known
    assert (known.source, known.explanation, known.training) == ("adjudicated", "The card.", True)
    assert known.winner_id == office.consensus().winner_id
    assert office.case().is_gold
    with pytest.raises(InvalidInput, match="already"):
        office.make_gold()


def test_neither_the_lead_nor_who_judged_the_item_meets_the_gold(office: Office) -> None:
    office.do("reject", [office.of("Cem")], "Read the card again.")
    office.rule(preference=office.better())
    made = office.make_gold()
    known = [office.lead, *office.people.values()]
    with office.desk.store.read() as db:
        project = office.desk.project.id
        assert [gold.next_for(db, project, person.id) for person in known] == [None] * 4
    dag = office.desk.reviewer("Dag")
    with office.desk.store.read() as db:
        assert gold.next_for(db, office.desk.project.id, dag.id) == (made, 1)


def test_gold_never_trains(office: Office) -> None:
    office.rule(preference=office.better())
    office.make_gold()
    assert office.exported() == (0, {"gold": 1})


def test_only_a_ruling_makes_gold(office: Office) -> None:
    with pytest.raises(InvalidInput, match="ruled"):
        office.make_gold()


def test_a_heldout_item_is_ruled_on_but_never_gold(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(1)
    desk.open()
    desk.store.write(lambda db: db.conn.execute("UPDATE comparisons SET kind = 'heldout'"))
    office = Office(desk, "ab")
    office.rule(preference=1)
    with pytest.raises(InvalidInput, match="heldout"):
        office.make_gold()


def test_a_ranking_with_all_tied_is_no_gold(make_desk: MakeDesk) -> None:
    office = ranked_office(make_desk)
    office.rule(ranking=[[1, 2, 3]])
    with pytest.raises(InvalidInput, match="tied"):
        office.make_gold()
    office.rule(ranking=[[2], [3, 1]])
    assert office.make_gold()


def test_a_tie_is_no_gold_where_reviewers_must_choose(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2, forced_choice=True)
    desk.add_answers(1)
    desk.open()
    office = Office(desk, "ab")
    office.rule(preference=0)
    with pytest.raises(InvalidInput, match="must choose"):
        office.make_gold()


# Judging anew


def change_guidelines(desk: Desk) -> None:
    def write(db: Any) -> Any:
        projects.snapshot(db, desk.clock.now, desk.project.id, "guidelines", "Facts first.")
        return projects.by_id(db, desk.project.id)

    desk.project = desk.store.write(write)


def choices(office: Office) -> adjudication.Anew:
    with office.desk.store.read() as db:
        return adjudication.anew(db, office.desk.project, office.item)


def judge_anew(office: Office, items: list[int]) -> int:
    desk = office.desk
    done: int = desk.store.write(
        lambda db: adjudication.judge_anew(
            db, desk.project, office.lead, items, "The guidelines changed.", desk.clock.now
        )
    )
    return done


def test_items_are_judged_anew_after_the_guidelines_changed(office: Office) -> None:
    change_guidelines(office.desk)
    assert judge_anew(office, choices(office).this) == 1
    assert office.desk.counted() == []
    assert office.sound()
    assert [note.anew for note in office.notes("Ann")] == [True]
    for person in office.people.values():
        [item] = office.desk.claim(person)
        office.say(person, item, "a")
    assert {o.guidelines_version for o in office.case().opinions} == {2}
    assert office.exported()[0] == 1
    assert choices(office).waiting == []


def test_the_same_items_are_not_set_aside_twice(office: Office) -> None:
    items = choices(office).waiting
    assert judge_anew(office, [*items, *items]) == 1
    assert judge_anew(office, items) == 0
    assert office.sound()


def test_alike_are_items_of_the_same_tag_judged_under_older_guidelines(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(second_look=SecondLook(share=1.0))
    desk.import_rows([
        {"prompt": f"{tag} number {i * 7919}", "split": "train", "tags": [tag],
         "completions": {"a": f"A fine answer {i}", "b": f"A poor answer {i}"}}
        for i, tag in enumerate(["law", "law", "law", "art"])
    ])  # fmt: skip
    desk.open()
    desk.judge_all(desk.reviewer("Ann"))
    office = Office(desk, "")
    tags = {row["id"]: json.loads(row["tags"]) for row in desk.rows(
        "SELECT c.id, p.tags FROM comparisons c JOIN prompts p ON p.id = c.prompt_id")}  # fmt: skip
    law = [i for i, tag in tags.items() if tag == ["law"]]
    office.item = law[0]
    assert choices(office).alike == []
    change_guidelines(desk)
    office.rule(preference=1)
    assert choices(office).alike == law[1:]
    assert len(choices(office).waiting) == 3


def test_items_of_another_project_and_gold_are_left_alone(
    office: Office, make_desk: MakeDesk
) -> None:
    other = make_desk("other")
    made = other.add_gold(1)
    assert judge_anew(office, [*made, 4711]) == 0


# Who, and what they see


@pytest.mark.parametrize(("name", "arguments"), [
    ("accept", ()), ("reject", ([1], "why")), ("requeue", (1,)), ("ask_for_look", ()),
])  # fmt: skip
def test_only_leads_decide(office: Office, name: str, arguments: tuple[Any, ...]) -> None:
    office.lead = office.people["Ann"]
    with pytest.raises(NotAllowed):
        office.do(name, *arguments)
    assert office.waiting() == [office.item]


def test_only_leads_rule_make_gold_and_judge_anew(office: Office) -> None:
    office.rule(preference=1)
    office.lead = office.people["Ann"]
    for forbidden in (lambda: office.rule(preference=1), office.make_gold,
                      lambda: judge_anew(office, [office.item])):  # fmt: skip
        with pytest.raises(NotAllowed):
            forbidden()


def test_a_paused_lead_decides_nothing(office: Office) -> None:
    lead, now = office.lead, office.desk.clock.now
    office.desk.store.write(lambda db: reviewers.set_active(db, now, lead.id, False))
    office.lead = office.desk.person("Lea")
    with pytest.raises(NotAllowed):
        office.do("accept")


@pytest.mark.parametrize("name", ["accept", "ask_for_look"])
def test_gold_and_unknown_items_are_no_cases(office: Office, name: str) -> None:
    [made] = office.desk.add_gold(1)
    for item in (made, 4711):
        office.item = item
        with pytest.raises(NotFound):
            office.do(name)
        with pytest.raises(NotFound):
            office.case()


def test_an_item_of_another_project_is_no_case(office: Office, make_desk: MakeDesk) -> None:
    office.desk = make_desk("other")
    with pytest.raises(NotFound):
        office.case()


def test_a_look_is_decided_once(office: Office) -> None:
    """The second press of a key meets a look that is closed, whatever came to the screen."""
    look = office.case().looks[0]["id"]
    office.do("accept", look=look)
    for again in (lambda: office.do("accept", look=look),
                  lambda: office.rule(preference=1, look=look),
                  lambda: office.do("requeue", 1, look=look)):  # fmt: skip
        with pytest.raises(InvalidInput, match="already"):
            again()
    assert [one["decision"] for one in office.case().looks] == ["accepted"]
    assert office.case().ruling is None
    assert office.sound()


def test_a_case_is_blind_to_people_and_models(office: Office) -> None:
    text = json.dumps(asdict(office.case()), default=str)
    said = text.replace("Ann thinks", "").replace("Ben thinks", "").replace("Cem thinks", "")
    for secret in (*PEOPLE, "variant", "model", "completion_id", '"kind"', "heldout"):
        assert secret not in said
    assert [o.who for o in office.case(named=True).opinions] == list(PEOPLE)
    assert sorted(o.who for o in office.case().opinions) == ["A", "B", "C"]


def test_all_opinions_are_told_by_the_same_sides(office: Office) -> None:
    """However the sides were drawn for each of them."""
    said = {o.who: o.preference for o in office.case(named=True).opinions}
    assert said == {"Ann": office.better(), "Ben": office.better(), "Cem": -office.better()}
