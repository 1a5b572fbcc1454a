"""Making gold: known answers come in from a file or from damage done on purpose, nothing of them
leaks, and the items are watched in their turn.
"""

import json
from collections.abc import Callable
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.conftest import Desk, answered
from workbench import gold, importing
from workbench.cli import main
from workbench.errors import InvalidInput, NotFound
from workbench.generation.selecting import Selection, choose
from workbench.gold import facts
from workbench.gold.damage import swap_fact, truncate
from workbench.gold.loading import Report
from workbench.judging import trust
from workbench.leaderboard import duels
from workbench.records import Item
from workbench.stats.reliability import beta_interval
from workbench.store import completions, imports, prompts
from workbench.store import gold as gold_rows

MakeDesk = Callable[..., Desk]
Row = dict[str, Any]
Bring = Callable[..., Report]

PAIR = {"prompt": "Who wrote it?", "better": "Ann Reed wrote it.", "worse": "Nobody did."}
TIE = {"prompt": "Say hello.", "answers": ["Hello!", "Hi there!"], "tie": True}


def ranking(count: int, **more: Any) -> Row:
    return {"prompt": "Which?", "ranking": [f"Answer {i}" for i in range(count)], **more}


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Writes rows to a file and imports them as gold."""

    def run(desk: Desk, *rows: Row, **how: Any) -> Report:
        path = tmp_path / "known.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return gold.import_file(desk.store, desk.project, path, desk.clock.now, **how)

    return run


@pytest.fixture
def all_gold(make_desk: MakeDesk) -> Desk:
    return make_desk(gold_rate=1.0)


def items(desk: Desk) -> list[gold.GoldItem]:
    with desk.store.read() as db:
        return gold.overview(db, desk.project)


def met(desk: Desk, name: str = "Ann", **how: Any) -> list[Item]:
    """All that somebody new is given."""
    return desk.claim(desk.reviewer(name, **how), 10)


def damage(desk: Desk, *good: tuple[int, int], **how: Any) -> gold.Made:
    return gold.damage(desk.store, desk.project, good, desk.clock.now, **({"count": 50} | how))


def retire(desk: Desk, number: int, *, active: bool = False) -> None:
    now = desk.clock.now
    desk.store.write(lambda db: trust.retire_gold(db, number, now, active=active))


# Known answers from a file


def test_a_known_answer_is_met_like_work_and_judged_by_it(all_gold: Desk, bring: Bring) -> None:
    report = bring(all_gold, PAIR)
    assert (report.made, report.known, report.prompts) == (1, 0, 1)
    ann = all_gold.reviewer()
    [item] = all_gold.claim(ann)
    assert set(item.answers) == {"Ann Reed wrote it.", "Nobody did."}
    assert item.prompt_messages[-1]["content"] == "Who wrote it?"
    better = -1 if item.answers[0] == "Ann Reed wrote it." else 1
    all_gold.submit(ann, item, preference=better)
    assert [(i.judged, i.passed, i.source) for i in items(all_gold)] == [(1, 1, "import")]


def test_a_tie_is_passed_by_about_the_same(all_gold: Desk, bring: Bring) -> None:
    bring(all_gold, TIE)
    for name, preference in (("Ann", 0), ("Ben", 1)):
        person = all_gold.reviewer(name)
        all_gold.submit(person, all_gold.claim(person)[0], preference=preference)
    assert [(i.judged, i.passed) for i in items(all_gold)] == [(2, 1)]


def test_a_ranking_knows_its_first_and_its_last(make_desk: MakeDesk, bring: Bring) -> None:
    desk = make_desk(gold_rate=1.0, judging="ranking", ranking_size=3)
    bring(desk, ranking(3))
    for name, swapped in (("Ann", False), ("Ben", True)):
        person = desk.reviewer(name)
        [item] = desk.claim(person)
        slots = sorted(range(1, 4), key=lambda slot, said=item.answers: said[slot - 1])
        order = slots[::-1] if swapped else [slots[0], slots[2], slots[1]]
        wrong_in_the_middle = tuple((slot,) for slot in (order if swapped else slots))
        desk.submit(person, item, preference=None, ranking=wrong_in_the_middle)
    assert [(i.judged, i.passed) for i in items(desk)] == [(2, 1)]


def test_the_last_turn_of_a_conversation_is_compared(all_gold: Desk, bring: Bring) -> None:
    asked = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    said = [
        [{"role": "assistant", "content": text} for text in ("Same.", last)]
        for last in ("Right.", "Wrong.")
    ]
    bring(all_gold, {"prompt": asked, "better": said[0], "worse": said[1]})
    [item] = met(all_gold)
    assert [m["content"] for m in item.prompt_messages] == ["First?", "Same.", "Second?"]
    assert set(item.answers) == {"Right.", "Wrong."}


def test_several_gold_items_share_a_prompt(all_gold: Desk, bring: Bring) -> None:
    rows = [PAIR | {"worse": f"Number {i} did."} for i in range(3)]
    assert bring(all_gold, *rows).made == 3
    assert len(all_gold.rows("SELECT * FROM completions")) == 4


def test_what_the_project_has_already_is_used_as_it_is(desk: Desk, bring: Bring) -> None:
    desk.add_answers(1)
    given = answered(0)
    texts = given["completions"]
    row = {"prompt": given["prompt"], "better": texts["a"], "worse": texts["b"]}
    report = bring(desk, row)
    assert (report.made, report.prompts) == (1, 0)
    assert desk.rows("SELECT * FROM completions WHERE gold_only") == []


def test_the_same_file_twice_adds_nothing(desk: Desk, bring: Bring) -> None:
    bring(desk, PAIR, TIE)
    tables = ("prompts", "completions", "comparisons", "gold")
    before = [desk.rows(f"SELECT * FROM {table}") for table in tables]
    report = bring(desk, PAIR, TIE)
    assert (report.made, report.known, report.prompts) == (0, 2, 0)
    assert before == [desk.rows(f"SELECT * FROM {table}") for table in tables]


def test_training_items_are_shown_openly_with_their_explanation(
    make_desk: MakeDesk, bring: Bring
) -> None:
    desk = make_desk(training=1)
    bring(desk, PAIR | {"explanation": "The book names her."}, training=True)
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    feedback = desk.submit(ann, item, preference=-1).feedback
    assert item.training
    assert feedback
    assert feedback.explanation == "The book names her."


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "no `prompt`"),
        ({"prompt": "Why?"}, "give either `better` and `worse`"),
        ({"prompt": "Why?", "better": "a"}, "no `worse` beside `better`"),
        (PAIR | {"ranking": ["a", "b"]}, "give either"),
        (PAIR | {"better": " "}, "`better` must be a text"),
        (PAIR | {"better": PAIR["worse"] + " "}, "two of the answers are the same"),
        (PAIR | {"tie": True}, "`answers` and `tie`: true belong together"),
        (TIE | {"tie": False}, "`answers` and `tie`: true belong together"),
        (TIE | {"tie": "yes"}, "`answers` and `tie`: true belong together"),
        (TIE | {"answers": "a"}, "`answers` must be a list"),
        (TIE | {"answers": ["a", "b", "c"]}, "a pair has 2 answers, this row has 3"),
        (ranking(3), "a pair has 2 answers, this row has 3"),
        (PAIR | {"context": 7}, "`context` must be a text"),
        (PAIR | {"prompt": [{"role": "user", "content": "x"}] * 2}, "each answer needs 2 messages"),
    ],
)
def test_a_bad_row_is_named_by_its_line(desk: Desk, bring: Bring, row: Row, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        bring(desk, PAIR, row)
    assert "known.jsonl:2: " in str(refused.value)
    assert said in str(refused.value)
    assert items(desk) == []
    assert desk.rows("SELECT * FROM imports") == []
    skipped = bring(desk, PAIR, row, skip_bad=True)
    assert (skipped.made, [bad.line for bad in skipped.bad]) == (1, [2])


def test_earlier_turns_must_be_the_same(desk: Desk, bring: Bring) -> None:
    asked = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    said = [[{"role": "assistant", "content": f"{x}{i}"} for i in range(2)] for x in "ab"]
    with pytest.raises(InvalidInput, match="may differ in the last turn only"):
        bring(desk, {"prompt": asked, "better": said[0], "worse": said[1]})


@pytest.mark.parametrize("row", [PAIR, ranking(3), TIE])
def test_gold_of_a_ranking_project_has_as_many_answers_as_its_rankings(
    make_desk: MakeDesk, bring: Bring, row: Row
) -> None:
    desk = make_desk(judging="ranking")
    with pytest.raises(InvalidInput, match="a ranking of this project has 4 answers"):
        bring(desk, row)
    assert bring(desk, ranking(4)).made == 1


def test_where_a_choice_is_forced_no_tie_can_be_gold(make_desk: MakeDesk, bring: Bring) -> None:
    with pytest.raises(InvalidInput, match="nobody could pass it"):
        bring(make_desk(forced_choice=True), TIE)


def test_single_answers_have_no_gold(make_desk: MakeDesk, bring: Bring) -> None:
    desk = make_desk(judging="single")
    with pytest.raises(InvalidInput, match="judges one answer at a time"):
        bring(desk, PAIR)
    with pytest.raises(InvalidInput, match="judges one answer at a time"):
        damage(desk)


def test_an_import_that_died_is_met_by_nobody_and_removed(
    make_desk: MakeDesk, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(gold_rate=1.0, training=1)

    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(imports, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            bring(desk, PAIR, training=True)
    assert desk.rows("SELECT * FROM gold") != []
    with desk.store.read() as db:
        assert gold_rows.counts(db, desk.project.id) == {"mixed": 0, "training": 0}
    assert met(desk) == []
    assert items(desk) == []
    assert importing.remove_unfinished(desk.store) == 1
    for table in ("gold", "comparisons", "comparison_completions", "completions", "prompts"):
        assert desk.rows(f"SELECT * FROM {table}") == []
    assert bring(desk, PAIR).made == 1


# Facts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It began in 1942.", {"1942": "year"}),
        ("It costs $5.50, or 20 %.", {"5.50": "number $", "20": "number %"}),
        ("It is 12km long and 3 km wide.", {"12": "number km", "3": "number km"}),
        ("There are 2,102,650 or 12 000 or 1.234,5.",
         {"2,102,650": "number", "12 000": "number", "1.234,5": "number"}),
        ("Born 12 March 1999.", {"12 March 1999": "date: day_month_year"}),
        ("Due March 5th, 2001 or 2001-03-05.",
         {"March 5th, 2001": "date: month_day_year", "2001-03-05": "date: year_month_day"}),
        ("It rained in Paris.", {"Paris": "name of 1"}),
        ("It seats 20 in Paris 3 times.", {"20": "number", "Paris": "name of 1", "3": "number"}),
        ("See the Eiffel Tower today.", {"Eiffel Tower": "name of 2"}),
        ("It is NASA's and O'Brien's.",
         {"NASA": "name of 1, all capitals", "O'Brien": "name of 1"}),
        ("Он живёт в Москве с 1961 года.", {"Москве": "name of 1", "1961": "year"}),
        ("Über München: groß.", {"München": "name of 1"}),
        ("于1998年建成，有٣٤个。", {"1998": "year", "٣٤": "number"}),
        ("mayor: Ann Brook\nriver: Stour", {"Ann Brook": "name of 2", "Stour": "name of 1"}),
        ("It is **12** or 13.", {"12": "number", "13": "number"}),
        # What is none
        ("Paris. Then so. London!", {}),
        ("Note: The answer. “Yes!” (Maybe.)", {}),
        ("- First\n* Second\n# Third\n> Fourth", {}),
        ("1. one\n2) two", {}),
        ("COVID-19, GPT4, 12:30, 10-20, 19th, 3D, v2.1, ½, x2", {}),
        ("See http://a.b/Rome/12, mail Ann@b.org, run `X = 7`.", {}),
        ("```\nx = 7 in Rome\n```\n~~~\ny = 8", {}),
        ("I'm here, and I am.", {}),
    ],
)  # fmt: skip
def test_facts_are_found_by_how_they_are_written(text: str, found: dict[str, str]) -> None:
    assert {fact.text: fact.kind for fact in facts.find(text)} == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("in 12 March 1999", "in 12th Mar 1999"),
        ("has 12,000", "has 12 000"),
        ("has 5.0", "has 5"),
        ("on 2001-03-05", "on 2001-03-05"),
        ("saw Rome", "saw Rome's"),
    ],
)
def test_one_value_is_known_however_it_is_written(one: str, other: str) -> None:
    assert [f.value for f in facts.find(one)] == [f.value for f in facts.find(other)]


# Swapped facts


@pytest.mark.parametrize(
    ("text", "source", "became"),
    [
        ("The river is Stour.", "river: Stour\nlake: Wenle", "The river is Wenle."),
        ("It was Ann Brook.", "mayor: Ann Brook\nhost: Otto Fenn", "It was Otto Fenn."),
        ("Founded in 1942.", "founded: 1942\nclosed: 1977", "Founded in 1977."),
        ("It costs $5.", "It costs $5, not $7 or 9.", "It costs $7."),
        ("It is 12 km.", "It is 12 km, 8 km from 30 people.", "It is 8 km."),
        ("Due 5 May 2001.", "Due 5 May 2001, sent 4 April 2001.", "Due 4 April 2001."),
        ("Er kam nach Köln.", "Er kam nach Köln, nicht nach Würzburg.", "Er kam nach Würzburg."),
        ("`x = 7` gives 8.", "It gives 9.", "`x = 7` gives 9."),
    ],
)
def test_a_fact_becomes_another_of_its_kind_from_the_source(
    text: str, source: str, became: str
) -> None:
    damaged = swap_fact(text, [source], "seed")
    assert damaged
    assert damaged.text == became


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The river is Stour.", "river: Stour"),
        ("The river is Stour.", "The lake is Wenle Water."),
        ("Yes, of course.", "The lake is Wenle, since 1942."),
        ("```\nx = 7\n```", "x is 9"),
        ("", "9"),
    ],
)
def test_without_another_fact_of_its_kind_nothing_is_swapped(text: str, source: str) -> None:
    assert swap_fact(text, [source], "seed") is None


def test_the_first_source_that_has_one_is_asked() -> None:
    damaged = swap_fact("The river is Stour.", ["no", "It is Wenle.", "It is Lorna."], "seed")
    assert damaged
    assert damaged.text == "The river is Wenle."


def test_what_the_answer_says_already_is_not_put_in() -> None:
    assert swap_fact("So Ann met Ben.", ["So Ann met Ben."], "seed") is None


@pytest.mark.parametrize(
    "text",
    [
        "Founded in 1942.", "It has 2,102,650 residents.", "It is 0.", "It is 0.05 %.",
        "Born on 12 March 1999.", "Due May 1st, 2001.", "Due in May 2001.", "On 03/04/99.",
        "On 2001-03-05.", "Am 01.02.2003.", "有٣٤个。",
    ],
)  # fmt: skip
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_dates_and_numbers_are_made_up_where_there_is_no_source(text: str, seed: str) -> None:
    damaged = swap_fact(text, [], seed)
    assert damaged
    [old], [new] = facts.find(text), facts.find(damaged.text)
    assert (new.kind, new.start) == (old.kind, old.start)
    assert new.value != old.value
    assert (
        damaged.explanation == f"One of the answers says “{new.text}” where “{old.text}” is right."
    )


PIECES = st.sampled_from(
    "Ann|Otto Fenn|Paris|the|river|is|1942|2,102|12 km|$5|20 %|5 May 2001|2001-03-05|.|. |: |\n"
    "|- |`|```\n|\n```\n|é|München|Москве|٣|年|I'm|“|”|*|1. |e\u0301|’|-|/| | ".split("|")
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=200))
SEEDS = st.text(max_size=3)


def alike(one: str, other: str) -> int:
    """How many characters the two begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def middle(text: str, changed: str) -> tuple[int, int]:
    """The stretch of `text` that differs from `changed`."""
    start = alike(text, changed)
    rest = min(len(text), len(changed)) - start
    return start, len(text) - min(alike(text[::-1], changed[::-1]), rest)


@examples(max_examples=300, deadline=None, derandomize=True)
@given(text=TEXTS, source=TEXTS, seed=SEEDS)
def test_a_swap_changes_one_fact_and_nothing_else(text: str, source: str, seed: str) -> None:
    damaged = swap_fact(text, [source], seed)
    assert damaged == swap_fact(text, [source], seed)
    if damaged is None:
        return
    assert damaged.text != text
    start, end = middle(text, damaged.text)
    changed = [f for f in facts.find(text) if f.start <= start and end <= f.end]
    assert any(f"where “{fact.text}” is right" in damaged.explanation for fact in changed)
    assert "\n" not in damaged.explanation


@examples(max_examples=300, deadline=None, derandomize=True)
@given(text=TEXTS)
def test_facts_lie_in_the_text_and_apart(text: str) -> None:
    found = facts.find(text)
    assert all(text[fact.start : fact.end] == fact.text != "" for fact in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


# Truncated answers


WORDS = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    "text",
    ["one two three four five six seven", "", "1\n2\n3\n4\n5\n6\n7\n8",
     "A. B. C. D. E. F. G. H.", "一句话没有空格，所以不算八个词。"],
)  # fmt: skip
def test_what_is_short_or_has_no_sentence_to_break_is_not_truncated(text: str) -> None:
    assert truncate(text, "seed") is None


def test_a_sentence_is_broken_off_in_its_midst() -> None:
    damaged = truncate(f"{WORDS}. {WORDS}.", "seed")
    assert damaged
    assert 7 <= len(damaged.text.split()) <= 14
    assert "breaks off" in damaged.explanation


@examples(max_examples=300, deadline=None, derandomize=True)
@given(text=st.one_of(TEXTS, st.lists(PIECES, min_size=20, max_size=60).map(" ".join)), seed=SEEDS)
def test_a_truncation_is_a_prefix_of_a_third_to_two_thirds(text: str, seed: str) -> None:
    damaged = truncate(text, seed)
    assert damaged == truncate(text, seed)
    if damaged is None:
        return
    assert text.startswith(damaged.text)
    assert damaged.text != text
    assert damaged.text[-1] not in ".!?…。"
    assert 0.35 <= len(damaged.text.split()) / len(text.split()) <= 0.70


# Damaged gold


def with_reference(i: int, **more: Any) -> Row:
    """A prompt with a reference that has a fact to swap and words enough to be cut off."""
    row = answered(i)
    reference = f"It was founded by the people of the valley in the year {1900 + i}."
    return {"prompt": row["prompt"], "split": "train", "reference": reference, **more}


def test_a_good_answer_is_laid_beside_its_damaged_copy(all_gold: Desk) -> None:
    all_gold.import_rows([with_reference(i) for i in range(6)], "prompts")
    made = damage(all_gold)
    assert made == gold.Made({"swapped fact": 4, "truncation": 2}, {})
    for item in met(all_gold):
        good = next(text for text in item.answers if text.endswith("."))
        assert good.startswith("It was founded")
    assert {item.source for item in items(all_gold)} == {"damaged"}


def test_the_better_answer_is_the_one_that_was_not_damaged(all_gold: Desk) -> None:
    all_gold.import_rows([with_reference(i) for i in range(4)], "prompts")
    damage(all_gold)
    rows = all_gold.rows(
        "SELECT w.messages AS good, l.messages AS bad, p.reference FROM gold g"
        " JOIN completions w ON w.id = g.winner_id JOIN completions l ON l.id = g.loser_id"
        " JOIN prompts p ON p.id = w.prompt_id"
    )
    assert len(rows) == 4
    for row in rows:
        assert json.loads(row["good"])[0]["content"] == row["reference"]
        assert json.loads(row["bad"])[0]["content"] != row["reference"]


def test_the_same_seed_makes_the_same_damage(make_desk: MakeDesk) -> None:
    texts = []
    for slug in ("one", "two"):
        desk = make_desk(slug)
        desk.import_rows([with_reference(i) for i in range(5)], "prompts")
        damage(desk, seed=3, count=3)
        texts.append({item.explanation for item in items(desk)})
    assert texts[0] == texts[1]
    assert len(texts[0]) == 3


def test_a_prompt_gets_one_damaged_item_once_and_for_all(desk: Desk) -> None:
    desk.import_rows([with_reference(i) for i in range(3)], "prompts")
    assert sum(damage(desk, count=2).kinds.values()) == 2
    assert sum(damage(desk, seed=1).kinds.values()) == 1
    again = damage(desk, seed=2)
    assert again == gold.Made({}, {"there is one already": 3})


def test_what_cannot_be_damaged_is_passed_over_with_its_reason(desk: Desk) -> None:
    two_turns = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    desk.import_rows(
        [
            with_reference(0),
            with_reference(1, prompt=two_turns),
            with_reference(2, reference=None),
            with_reference(3, reference="Yes."),
            with_reference(4, split="heldout"),
        ],
        "prompts",
    )
    made = damage(desk)
    assert sum(made.kinds.values()) == 1
    assert made.skipped == {
        "several turns": 1,
        "no answer known to be good": 1,
        "nothing in the answer to damage": 1,
    }


def test_the_source_text_is_borrowed_from(desk: Desk) -> None:
    row = with_reference(0, context="river: Stour\nlake: Wenle", reference="The river is Stour.")
    desk.import_rows([row], "prompts")
    damage(desk)
    assert "“Wenle” where “Stour”" in items(desk)[0].explanation


def test_answers_to_other_prompts_are_borrowed_from(desk: Desk) -> None:
    texts = ("The river is Stour.", "The river is Wenle.")
    rows = [with_reference(i, reference=text) for i, text in enumerate(texts)]
    desk.import_rows(rows, "prompts")
    assert damage(desk).kinds == {"swapped fact": 2}


def judged_by_all(desk: Desk, *names: str) -> None:
    for name in names:
        person = desk.reviewer(name)
        while found := desk.claim(person, 1):
            desk.submit(person, found[0], preference=desk.better(found[0]))


def test_what_people_agreed_on_is_known_to_be_good(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(3)
    desk.open()
    judged_by_all(desk, "Ann")
    with desk.store.read() as db:
        assert gold.known_good(db, desk.project) == []
    judged_by_all(desk, "Ben")
    with desk.store.read() as db:
        good = gold.known_good(db, desk.project)
    winners = {row["winner_id"] for row in desk.rows("SELECT winner_id FROM judgements")}
    assert {completion for _, completion in good} == winners
    assert sum(damage(desk, *good).kinds.values()) == 3
    assert {row["winner_id"] for row in desk.rows("SELECT winner_id FROM gold")} == winners


def test_a_damaged_ranking_has_the_prompts_other_answers_in_it(make_desk: MakeDesk) -> None:
    desk = make_desk(gold_rate=1.0, judging="ranking", ranking_size=4)
    texts = {f"v{i}": f"They say that it was {name}." for i, name in enumerate("abcab")}
    row = with_reference(0)
    desk.import_rows([row], "prompts")
    desk.import_rows([row | {"completions": texts}])
    damage(desk)
    [item] = met(desk)
    assert len(item.answers) == len(set(item.answers)) == 4
    assert row["reference"] in item.answers


def test_nothing_is_ranked_alone(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking")
    desk.import_rows([with_reference(0)], "prompts")
    assert damage(desk) == gold.Made({}, {"no other answer to rank": 1})


def test_a_reference_that_reviewers_see_is_no_answer(make_desk: MakeDesk) -> None:
    desk = make_desk(show_reference=True)
    desk.import_rows([with_reference(0)], "prompts")
    assert damage(desk) == gold.Made({}, {"no answer known to be good": 1})


# What never leaks


@pytest.fixture
def with_gold(make_desk: MakeDesk, bring: Bring) -> Desk:
    """Ten prompts with work, and gold of both makings beside them."""
    desk = make_desk(gold_rate=0.5)
    desk.add_answers(10)
    bring(desk, PAIR, TIE)
    desk.import_rows([with_reference(50)], "prompts")
    damage(desk)
    assert len(items(desk)) == 3
    return desk


def test_gold_is_neither_queued_nor_exported_nor_ranked(with_gold: Desk) -> None:
    assert with_gold.open(count=1000) == 10
    with_gold.judge_all(with_gold.reviewer())
    assert with_gold.counted(comparison_kinds=("gold",)) != []
    rows, _ = with_gold.exportable()
    with with_gold.store.read() as db:
        table = duels(db, with_gold.project.id)
    assert len(rows) == 10
    assert all(row["chosen"][0]["content"].startswith("A ") for row in rows)
    assert [(duel.first.name, duel.second.name) for duel in table] == [("a", "b")]


def test_gold_is_neither_counted_nor_answered_nor_shown_among_variants(with_gold: Desk) -> None:
    with with_gold.store.read() as db:
        project_id = with_gold.project.id
        assert prompts.counts(db, project_id) == {"train": 11, "heldout": 0, "near_heldout": 0}
        assert [row["variant"] for row in completions.overview(db, project_id)] == ["a", "b"]
        asked = [prompt.text() for prompt in prompts.in_project(db, project_id)]
        own = completions.of_prompt(db, 1)
    assert PAIR["prompt"] not in asked
    assert len(own) == 2


def test_what_was_made_for_gold_stays_so(with_gold: Desk) -> None:
    with_gold.import_rows([{"prompt": PAIR["prompt"], "completions": {"a": "1", "b": "2"}}])
    assert with_gold.open(count=1000) == 10


def test_generation_does_not_answer_gold(with_gold: Desk) -> None:
    with with_gold.store.read() as db:
        asked = choose(db, with_gold.project.id, Selection().to_json())
    assert len(asked) == 11
    assert PAIR["prompt"] not in [prompt.text() for prompt in asked]


def test_work_on_the_answers_of_gold_is_not_exported(desk: Desk, bring: Bring) -> None:
    desk.add_answers(3)
    desk.open()
    desk.judge_all(desk.reviewer())
    given = answered(1)
    texts = given["completions"]
    bring(desk, {"prompt": given["prompt"], "better": texts["b"], "worse": texts["a"]})
    [item] = items(desk)
    for active in (True, False):
        retire(desk, item.id, active=active)
        rows, left_out = desk.exportable()
        assert (len(rows), left_out) == (2, {"gold": 1})


# Keeping an eye on it


def test_an_item_that_most_people_fail_is_doubted(all_gold: Desk, bring: Bring) -> None:
    bring(all_gold, PAIR)
    [fresh] = items(all_gold)
    assert (fresh.share, fresh.judged, fresh.doubtful) == (None, 0, False)
    for name, expected in (("Ann", False), ("Ben", False), ("Cem", True)):
        person = all_gold.reviewer(name)
        [item] = all_gold.claim(person)
        wrong = 1 if item.answers[0] == PAIR["better"] else -1
        all_gold.submit(person, item, preference=wrong)
        assert items(all_gold)[0].doubtful == expected
    [watched] = items(all_gold)
    assert (watched.judged, watched.passed, watched.share) == (3, 0, 0.0)
    assert (watched.low, watched.high) == beta_interval(1, 4)
    assert watched.question == "Who wrote it?"


def test_a_retired_item_is_met_by_nobody_until_it_is_restored(all_gold: Desk, bring: Bring) -> None:
    bring(all_gold, PAIR)
    [item] = items(all_gold)
    retire(all_gold, item.id)
    assert not items(all_gold)[0].active
    assert met(all_gold) == []
    retire(all_gold, item.id, active=True)
    assert len(all_gold.claim(all_gold.person("Ann"))) == 1


def test_an_unknown_number_is_named(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    for number in (1, 77):
        with pytest.raises(NotFound, match=f"no gold item number {number}"):
            retire(desk, number)


def test_from_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    known, asked = tmp_path / "known.jsonl", tmp_path / "prompts.jsonl"
    known.write_text(json.dumps(PAIR) + "\n{}\n")
    asked.write_text(json.dumps(with_reference(0)))
    for command, said in [
        ("projects create small", "Project small is there"),
        ("gold list --project small", "There is no gold in small yet"),
        (f"gold import {known} --project small --skip-bad --training",
         "1 new gold items, 0 known; 1 prompts made for gold alone."),
        (f"import prompts {asked} --project small", "1 new prompts"),
        ("gold damage --project small", "1 new gold items (swapped fact: 1)."),
        ("gold damage --project small", "1 prompts passed over (there is one already: 1)."),
        ("gold list --project small", "import\ttraining\tnot judged yet\tWho wrote it?"),
        ("gold list --project small", "damaged\tmixed in\tnot judged yet\t"),
        ("gold retire 1", "Gold item 1 is retired."),
        ("gold list --project small", "1\timport\tretired\t"),
        ("gold restore 1", "Gold item 1 is in use."),
        ("doctor", "ok   slots"),
    ]:  # fmt: skip
        result = CliRunner().invoke(main, command.split())
        assert result.exit_code == 0, result.output
        assert said in result.output
    listed = CliRunner().invoke(main, ["gold", "list", "--project", "small", "--json"]).output
    assert [(row["id"], row["source"]) for row in json.loads(listed)] == [
        (2, "damaged"),
        (1, "import"),
    ]
