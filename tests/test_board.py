"""The leaderboard's report: strengths, ranks, groups, slices, style and reviewers."""

from collections.abc import Callable

import pytest

from tests.conftest import Desk
from tests.contest import QUALITY, by_quality, enter, judge, reported
from workbench.errors import InvalidInput, NotFound
from workbench.leaderboard import report
from workbench.leaderboard.head_to_head import items, meeting, variant_named
from workbench.leaderboard.regression import steps
from workbench.quality import measures
from workbench.records import Item, Model, Sampling, Template, Variant
from workbench.store import variants


@pytest.fixture
def contest(desk: Desk) -> Desk:
    """Four variants on twelve prompts, every pair judged by their quality."""
    enter(desk, 12)
    desk.open(1000)
    judge(desk, desk.reviewer())
    return desk


def names(found: dict) -> list[str]:
    by_id = report.name_in(found)
    return [by_id[row["variant_id"]] for row in found["board"]["variants"]]


def test_the_strongest_comes_first(contest: Desk) -> None:
    assert names(reported(contest)) == list(QUALITY)


def test_each_row_has_its_interval_ranks_and_counts(contest: Desk) -> None:
    found = reported(contest)
    for rank, row in enumerate(found["board"]["variants"], start=1):
        assert row["low"] < row["strength"] < row["high"]
        assert row["rank_low"] <= rank <= row["rank_high"]
        assert row["votes"] == 36
    assert [row["win_rate"] for row in found["board"]["variants"]] == [1, 2 / 3, 1 / 3, 0]
    assert (found["votes"], found["prompts"], found["reviewers"]) == (72, 12, 1)


def test_each_pair_counts_one_verdict_a_prompt(contest: Desk) -> None:
    found = reported(contest)
    assert {(d["wins"] + d["losses"], d["ties"]) for d in found["duels"]} == {(12, 0)}
    assert len(found["duels"]) == 6


def test_groups_that_never_met_are_ranked_apart(desk: Desk) -> None:
    enter(desk, 6, QUALITY[:2])
    enter(desk, 6, QUALITY[2:], context="Another source.")
    desk.open(1000)
    judge(desk, desk.reviewer())
    found = reported(desk)["board"]
    assert found["components"] == 2
    assert [row["component"] for row in found["variants"]] == [0, 0, 1, 1]


def test_kinds_of_reviewers_are_kept_apart(contest: Desk) -> None:
    assert reported(contest, "simulated")["board"]["variants"] == []
    assert reported(contest)["board"]["variants"] != []


def test_rankings_count_as_the_pairs_they_imply(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(judging="ranking")
    enter(desk, 8)
    desk.open()
    person = desk.reviewer()
    while found := desk.claim(person, 5):
        for item in found:
            order = sorted(range(4), key=lambda at: QUALITY.index(item.answers[at].split()[1]))
            desk.submit(person, item, preference=None, ranking=tuple((at + 1,) for at in order))
    found = reported(desk)
    assert names(found) == list(QUALITY)
    assert found["votes"] == 8 * 6


def test_a_slice_is_ranked_by_its_own_prompts(desk: Desk) -> None:
    enter(desk, 6, tags=["easy"])
    desk.import_rows([
        {"prompt": f"Hard one {i} {i * 77777:x}", "tags": ["hard"], "split": "train",
         "completions": {name: f"An {name} answer to hard {i}" for name in QUALITY}}
        for i in range(6)
    ])  # fmt: skip
    desk.open(1000)
    judge(
        desk,
        desk.reviewer(),
        lambda item: by_quality(item) * (-1 if "hard" in item.answers[0] else 1),
    )
    found = reported(desk)
    by_tag = {s["name"]: s["variants"] for s in found["slices"] if s["dimension"] == "tag"}
    named = report.name_in(found)
    assert [named[row["variant_id"]] for row in by_tag["easy"]] == list(QUALITY)
    assert [named[row["variant_id"]] for row in by_tag["hard"]] == list(reversed(QUALITY))


def test_long_answers_that_win_by_length_lose_it_at_equal_style(desk: Desk) -> None:
    """Of two equal variants one is wordy; the longer answer is taken four times in five."""
    words = "plain words that say nothing more "
    desk.import_rows([
        {"prompt": f"Ask {i} {i * 99991:x}", "split": "train", "completions": {
            "terse": f"Terse {i}" + words * (3 if i % 3 == 0 else 0),
            "wordy": f"Wordy {i}" + words * (0 if i % 3 == 0 else 3)}}
        for i in range(90)
    ])  # fmt: skip
    desk.open(1000)
    person, count = desk.reviewer(), iter(range(10**6))

    def longer(item: Item) -> int:
        first = len(item.answers[0]) > len(item.answers[1])
        return -2 if first == (next(count) % 5 != 0) else 2

    judge(desk, person, longer)
    found = reported(desk)
    raw = found["board"]["variants"][0]
    equal = {row["variant_id"]: row for row in found["styled"]["variants"]}[raw["variant_id"]]
    assert report.name_in(found)[raw["variant_id"]] == "wordy"
    assert raw["low"] > 0
    assert equal["low"] < 0 < equal["high"]
    effects = {one["name"]: one for one in found["styled"]["effects"]}
    assert effects["length"]["low"] > 0


def test_who_reverses_every_verdict_is_named(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(overlap=4)
    enter(desk, 12)
    desk.open(1000)
    for name in ("Ann", "Ben", "Cem"):
        judge(desk, desk.reviewer(name))
    liar = desk.reviewer("Lia")
    judge(desk, liar, lambda item: -by_quality(item))
    found = reported(desk)["steadiness"]
    assert [r["reviewer_id"] for r in found["reviewers"] if r["reverses"]] == [liar.id]


def test_a_report_says_how_many_judgements_it_has_not_seen(contest: Desk) -> None:
    assert reported(contest)["judgements_since"] == 0
    enter(contest, 1, context="One more.")
    contest.open(1)
    judge(contest, contest.person("Ann"), most=1)
    with contest.store.read() as db:
        found = report.latest(db, contest.project)
    assert found
    assert found["judgements_since"] == 1


# Head to head


def pair(desk: Desk, first: str, second: str) -> tuple[int, int]:
    with desk.store.read() as db:
        a, b = (variant_named(db, desk.project, name) for name in (first, second))
    return a.id, b.id


def test_a_meeting_reads_the_same_from_both_sides(contest: Desk) -> None:
    found = reported(contest)
    a, b = pair(contest, "excellent", "poor")
    assert (meeting(found, a, b).result.wins, meeting(found, b, a).result.losses) == (12, 12)
    assert meeting(found, a, b).result.rate == 1.0


def test_twelve_wins_of_twelve_are_not_yet_shown_and_three_more_would_be(contest: Desk) -> None:
    """The first all-win claim needs 15 prompts (facts on claims, prior 10)."""
    found = meeting(reported(contest), *pair(contest, "excellent", "poor"))
    assert (found.verdict, found.more) == ("not yet shown", 3)


def test_the_prompts_where_they_differ_come_with_both_answers(contest: Desk) -> None:
    first, second = pair(contest, "poor", "good")
    with contest.store.read() as db:
        found = items(db, contest.project, (first, second), ("human",), 5)
        none = items(db, contest.project, (first, second), ("human",), 5, won_by=first)
    assert len(found) == 5
    assert {one.preference for one in found} == {-2.0}
    assert found[0].first.startswith("An poor answer")
    assert found[0].second.startswith("An good answer")
    assert none == []


@pytest.mark.parametrize(
    ("name", "error"), [("nobody", NotFound), ("o", InvalidInput)], ids=["unknown", "several"]
)
def test_a_name_must_mean_one_variant(contest: Desk, name: str, error: type[Exception]) -> None:
    with contest.store.read() as db, pytest.raises(error, match="good"):
        variant_named(db, contest.project, name)


def test_rankings_lead_to_their_prompts_too(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(judging="ranking")
    enter(desk, 3)
    desk.open()
    person = desk.reviewer()
    for item in desk.claim(person, 5):
        order = sorted(range(4), key=lambda at: QUALITY.index(item.answers[at].split()[1]))
        desk.submit(person, item, preference=None, ranking=tuple((at + 1,) for at in order))
    with desk.store.read() as db:
        found = items(db, desk.project, pair(desk, "poor", "good"), ("human",), 5)
    assert [one.preference for one in found] == [-1.0] * 3


def test_who_is_discounted_is_heard_nowhere(contest: Desk) -> None:
    person, pair_of = contest.person("Ann"), pair(contest, "poor", "good")
    now, project = contest.clock.now, contest.project
    contest.store.write(lambda db: measures.take(db, project, person, "discount", None, now))
    with contest.store.read() as db:
        assert items(db, contest.project, pair_of, ("human",), 5) == []
    assert reported(contest)["qualities"] == {}


def test_imported_votes_say_nothing_of_what_could_have_been_tagged(desk: Desk) -> None:
    desk.import_rows([
        {"instruction": f"{i} rivers?", "outputs": {"base": f"Rhine {i}.", "good": f"Elbe {i}."},
         "judge_vs_base": {"base": 1.5, "good": 1.9}}
        for i in range(2)
    ])  # fmt: skip
    found = reported(desk, "judge")
    assert found["votes"] == 2
    assert [known["tagged"] for known in found["qualities"].values()] == [None, None]


def test_nothing_tagged_is_no_proof_that_nothing_ever_will_be(contest: Desk) -> None:
    for known in reported(contest)["qualities"].values():
        tagged = known["tagged"]
        assert (tagged["value"], tagged["low"], tagged["items"]) == (0.0, 0.0, 12)
        assert 0.2 < tagged["high"] < 0.3  # Wilson's, 0 of 12


def test_another_bound_than_one_half_has_no_number_of_prompts_more(contest: Desk) -> None:
    found = meeting(reported(contest), *pair(contest, "excellent", "poor"), least=0.9)
    assert (found.verdict, found.more) == ("not yet shown", None)


# Regression


def test_each_version_of_a_template_is_held_against_the_one_before(desk: Desk) -> None:
    ids = [version(desk, text) for text in ("first {{ prompt }}", "second {{ prompt }}")]
    rows = [
        {"first": ids[1], "second": ids[0], "wins": 3, "ties": 1, "losses": 16},
    ]  # fmt: skip
    known = [
        {"id": i, "name": str(i), "model": "m", "template": "polite", "version": n, "sampling": {}}
        for n, i in enumerate(ids, start=1)
    ]
    [step] = steps({"variants": known, "duels": rows})
    assert (step.old, step.new, step.meeting.result.wins) == (1, 2, 3)
    assert step.meeting.verdict == "not yet shown"


def version(desk: Desk, user: str) -> int:
    model = Model("m", "imported", "")
    new = Variant(user, model, Template("polite", user=user), Sampling())
    return desk.store.write(
        lambda db: variants.ensure_variant(db, desk.clock.now, desk.project.id, new)
    ).id
