"""Second looks from the shell: the same decisions by the same services."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from tests.conftest import Desk
from tests.office import Office
from workbench.cli import main


@pytest.fixture
def office(make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch) -> Office:
    desk = make_desk(overlap=3)
    desk.add_answers(1)
    desk.open()
    monkeypatch.setenv("WORKBENCH_HOME", str(desk.store.workspace.home))
    return Office(desk)


def shell(*words: str) -> Result:
    return CliRunner().invoke(main, ["adjudicate", *words])


def decide(office: Office, what: str, *words: str, by: str = "Lea") -> Result:
    return shell(what, str(office.item), "--project", "small", "--as", by, *words)


def test_what_waits_is_listed(office: Office) -> None:
    assert shell("list", "--project", "small").output == f"{office.item}\tdispute\n"
    listed = shell("list", "--project", "small", "--json").output
    assert json.loads(listed) == [{"item": office.item, "reason": "dispute"}]


def test_an_item_is_shown_by_letters_or_by_names(office: Office) -> None:
    show = ("show", str(office.item), "--project", "small")
    blind, named = shell(*show).output, shell(*show, "--names").output
    for at, name in enumerate(("Ann", "Ben", "Cem"), start=1):
        assert f"{at}\t{name}\t" in named
        assert f"\t{name}\t" not in blind
    assert "answer 1: A " in blind
    case = json.loads(shell(*show, "--json").output)
    assert [o["who"] for o in case["opinions"]] == ["A", "B", "C"]


@pytest.mark.parametrize(("what", "words", "said"), [
    ("accept", [], "is accepted"), ("requeue", ["--more", "2"], "wants 2 more"),
    ("rule", ["--preference", "-2"], "is ruled"), ("rule", ["--all-bad"], "is ruled"),
])  # fmt: skip
def test_an_item_is_decided(office: Office, what: str, words: list[str], said: str) -> None:
    assert said in decide(office, what, *words).output
    assert office.waiting() == []
    assert "Nothing waits" in shell("list", "--project", "small").output


def test_a_judgement_is_sent_back(office: Office) -> None:
    judgement = str(office.of("Cem"))
    decide(office, "reject", "--judgement", judgement, "--note", "Read the card.")
    assert [note.text for note in office.notes("Cem")] == ["Read the card."]
    shown = shell("show", str(office.item), "--project", "small").output
    assert "sent back" in shown


@pytest.mark.parametrize(("what", "words", "by", "said"), [
    ("accept", [], "Ann", "This is for a lead."), ("accept", [], "Zoe", "no reviewer “Zoe”"),
    ("rule", ["--ranking", "2,x"], "Lea", "is no ranking"),
    ("rule", [], "Lea", "does not fit"),
    ("reject", ["--judgement", "9", "--note", "why"], "Lea", "whose judgement"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(
    office: Office, what: str, words: list[str], by: str, said: str
) -> None:
    refused = decide(office, what, *words, by=by)
    assert refused.exit_code == 1
    assert said in refused.output
    assert office.waiting() == [office.item]


def test_an_item_of_another_project_is_unknown(
    office: Office, make_desk: Callable[..., Desk]
) -> None:
    make_desk("other")
    for words in (("show", str(office.item)), ("accept", str(office.item), "--as", "Lea")):
        refused = shell(*words, "--project", "other")
        assert refused.exit_code == 1
        assert "no item number" in refused.output
