"""Checks of a project: run once over each answer, killed or not; and masks before people look."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Desk, answered
from tests.running import kill_midway
from workbench import api, checking, jobs
from workbench.adjudication.cases import case
from workbench.checking.failures import examples
from workbench.checking.masking import BLANK
from workbench.errors import InvalidInput
from workbench.generation import models
from workbench.providers import Answer, Outcome, Request
from workbench.records import Model, Sampling, Span, Template, Variant
from workbench.store import checks, completions, grids, projects, reviewers, variants
from workbench.store.checks import Check
from workbench.store.database import Database
from workbench.worker.chained import generate_and_check

MakeDesk = Callable[..., Desk]
LEAK = "As ChatGPT, I know that it was 1807."


def quiet(done: int, total: int, note: str) -> None:
    pass


def add(desk: Desk, kind: str, **settings: Any) -> Check:
    now = desk.clock.now
    return desk.store.write(lambda db: checking.add(db, now, desk.project, kind, settings))


def passed(desk: Desk, check: Check) -> list[int | None]:
    found = desk.rows(
        "SELECT passed FROM check_results WHERE check_id = ? ORDER BY completion_id", check.id
    )
    return [row["passed"] for row in found]


# Checks


def test_a_check_is_a_reviewer_of_kind_judge(desk: Desk) -> None:
    check = add(desk, "length", most=5)
    with desk.store.read() as db:
        assert reviewers.get(db, check.reviewer_id).kind == "judge"
    assert add(desk, "length", most=5) == check
    assert add(desk, "length", most=6).id != check.id


def test_a_check_never_changes(desk: Desk) -> None:
    check = add(desk, "length", most=5)

    def change(db: Database) -> None:
        db.conn.execute("UPDATE checks SET settings = '{}' WHERE id = ?", (check.id,))

    with pytest.raises(Exception, match="a changed check is a new one"):
        desk.store.write(change)


def test_bad_settings_store_nothing(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        add(desk, "regex", pattern="(")
    assert desk.rows("SELECT id FROM checks") == []


def test_each_check_sees_each_answer_once(desk: Desk) -> None:
    desk.add_answers(3)
    fine, poor = add(desk, "contains", text="fine"), add(desk, "contains", text="poor")
    assert checking.run(desk.store, desk.project, quiet)["checked"] == 12
    assert passed(desk, fine) == [1, 0] * 3
    assert passed(desk, poor) == [0, 1] * 3
    assert checking.run(desk.store, desk.project, quiet)["checked"] == 0
    desk.add_answers(1, word="more")
    assert checking.run(desk.store, desk.project, quiet)["checked"] == 4


def test_a_retired_check_sees_nothing_more(desk: Desk) -> None:
    check = add(desk, "contains", text="fine")
    desk.store.write(lambda db: checks.retire(db, desk.clock.now, check.id))
    desk.add_answers(1)
    assert checking.run(desk.store, desk.project, quiet)["checked"] == 0
    assert checking.begin(desk.store, desk.project) is None


def test_a_near_duplicate_that_comes_later_is_found_on_both_sides(desk: Desk) -> None:
    text = "The mayor of Ashford was born in the year 1807"
    check = add(desk, "near_duplicate")
    desk.import_rows([{"prompt": "Who?", "completions": {"a": f"{text}.", "b": "A poem."}}])
    checking.run(desk.store, desk.project, quiet)
    assert passed(desk, check) == [1, 1]
    desk.import_rows([{"prompt": "Who?", "completions": {"c": f"{text}!"}}])
    checking.run(desk.store, desk.project, quiet)
    assert passed(desk, check) == [0, 1, 0]


def test_rates_are_by_variant_with_what_had_no_result(desk: Desk) -> None:
    desk.add_answers(10)
    add(desk, "contains", text="fine")
    add(desk, "exact")
    checking.run(desk.store, desk.project, quiet)
    with desk.store.read() as db:
        found = checking.rates(db, desk.project.id)
    said = [(r.check.kind, r.variant, r.count, r.passed.items, r.silent) for r in found]
    assert said == [
        ("contains", "a", 10, 10, 0), ("contains", "b", 0, 10, 0),
        ("exact", "a", 0, 0, 10), ("exact", "b", 0, 0, 10),
    ]  # fmt: skip
    # Wilson's interval of 10 of 10: z² / (n + z²) below 1
    assert found[0].passed.low == pytest.approx(10 / (10 + 1.959964**2))
    assert found[2].passed.value is None


def test_what_fails_is_shown_as_people_see_it(desk: Desk) -> None:
    row = {"prompt": "When?", "split": "train", "completions": {"a": LEAK, "b": "In 1809."}}
    desk.import_rows([row])
    check = add(desk, "identity_leak")
    checking.run(desk.store, desk.project, quiet)
    with desk.store.read() as db:
        [before] = examples(db, desk.project, check.id, 1, 10)
        none = examples(db, desk.project, check.id, 2, 10)
    desk.open()
    with desk.store.read() as db:
        [after] = examples(db, desk.project, check.id, 1, 10)
    assert (before.prompt, before.answer, before.masked, none) == ("When?", LEAK, False, [])
    assert after.masked
    assert after.answer == BLANK * len(after.note) + LEAK.removeprefix(after.note)


def test_a_killed_check_goes_on_where_it_was(desk: Desk) -> None:
    desk.add_answers(1500)
    check = add(desk, "near_duplicate")
    job = checking.begin(desk.store, desk.project)
    assert job
    kill_midway(desk.store, job)
    jobs.launch(desk.store)
    assert jobs.wait(desk.store, job.id).status == "done"
    assert passed(desk, check) == [1] * 3000


class Fixed:
    """Says the same to everyone."""

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        for place, _ in enumerate(requests):
            yield [(place, Answer((LEAK,), "stop", 1, 1, 1.0))]


def test_what_was_generated_is_checked_by_itself(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.import_rows([answered(0)], kind="prompts")
    add(desk, "identity_leak")
    monkeypatch.setattr(models, "load", lambda *_: Fixed())
    arguments = grid_of(desk)
    assert generate_and_check(desk.store, arguments, quiet)["answers"] == 1
    [job] = desk.rows("SELECT id FROM jobs WHERE kind = 'check'")
    assert (jobs.wait(desk.store, job["id"]).result or {})["failed"] == 1


def grid_of(desk: Desk) -> dict[str, Any]:
    now, project_id = desk.clock.now, desk.project.id
    new = Variant("v", Model("m", "local", "nowhere"), Template(), Sampling())
    plan = {"samples": 1, "selection": {"split": None, "tags": [], "limit": None, "skip": 0,
                                        "prompt_ids": []}}  # fmt: skip

    def write(db: Database) -> dict[str, Any]:
        variant = variants.ensure_variant(db, now, project_id, new)
        grid = grids.create(db, now, project_id, "one", plan, None)
        return {"grid_id": grid.id, "variant_ids": [variant.id]}

    return desk.store.write(write)


# Masks


def leaking(desk: Desk, **row: Any) -> None:
    desk.import_rows([{"prompt": "When?", "split": "train",
                       "completions": {"a": LEAK, "b": "In 1809."}, **row}])  # fmt: skip


def test_a_planted_name_never_reaches_the_payload(make_desk: MakeDesk) -> None:
    """Over HTTP, through everything that shows the item: claim, undo, and its thread."""
    desk = make_desk()
    leaking(desk)
    desk.open()
    person = desk.reviewer()
    key = desk.store.write(
        lambda db: reviewers.issue(db, desk.clock.now, person.id, "api_key", None)
    )
    desk.store.start_writer()
    with TestClient(api.build(desk.store)) as client:
        headers = {"Authorization": f"Bearer {key}"}

        def call(method: str, path: str, body: Any = None) -> Any:
            answer = client.request(method, path, json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            assert "ChatGPT" not in answer.text
            return answer.json()

        [item] = call("POST", "/projects/small/claim", {})["items"]
        slot, text = next((a["slot"], a["text"]) for a in item["answers"] if BLANK in a["text"])
        assert text == LEAK.replace("As ChatGPT", BLANK * 10)
        span = {"slot": slot, "start": 0, "end": 12, "category": "off_topic"}
        call("POST", f"/items/{item['id']}/flag", {"text": "Who says so?"})
        call("POST", "/judgements", {"submission_id": "12345678", "item_id": item["id"],
                                     "preference": 1, "spans": [span]})  # fmt: skip
        undone = call("POST", "/projects/small/undo", {})
        assert undone["judgement"]["spans"][0]["quote"] == text[:12]
        [thread] = call("GET", "/projects/small/threads")["threads"]
        call("GET", f"/threads/{thread['id']}")
    desk.store.stop_writer()


def test_gold_is_masked_as_work_is(make_desk: MakeDesk) -> None:
    from workbench.gold.keeping import Known, keep
    from workbench.store import prompts

    desk = make_desk(gold_rate=1.0)
    desk.import_rows([{"prompt": "When?"}], kind="prompts")
    with desk.store.read() as db:
        [prompt] = prompts.in_project(db, desk.project.id)
    answers = tuple(({"role": "assistant", "content": text},) for text in (LEAK, "In 1809."))
    known = Known(prompt, answers)
    desk.store.write(
        lambda db: keep(db, desk.clock.now, desk.project, known, source="test", training=False)
    )
    [item] = desk.claim(desk.reviewer())
    assert any(BLANK in text for text in item.answers)
    assert "ChatGPT" not in json.dumps(item.answers)


def test_earlier_turns_are_masked_too(desk: Desk) -> None:
    turns = [{"role": "user", "content": text} for text in ("Who are you?", "And when?")]
    said = [[{"role": "assistant", "content": t} for t in ("I am Claude.", last)]
            for last in ("In 1807.", "In 1809.")]  # fmt: skip
    desk.import_rows([{"prompt": turns, "split": "train",
                       "completions": {"a": said[0], "b": said[1]}}])  # fmt: skip
    desk.open()
    items = desk.claim(desk.reviewer(), 5)
    assert items
    assert all("Claude" not in json.dumps(item.prompt_messages) for item in items)


def test_a_span_is_checked_against_what_was_shown(desk: Desk) -> None:
    leaking(desk)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    slot = 1 + [BLANK in text for text in item.answers].index(True)
    with pytest.raises(InvalidInput, match="not what stands at these offsets"):
        desk.submit(ann, item, spans=(Span(slot, 0, 10, "off_topic", quote="As ChatGPT"),))
    desk.submit(ann, item, spans=(Span(slot, 0, 10, "off_topic", quote=BLANK * 10),))


def test_a_correction_must_not_keep_the_blanks(desk: Desk) -> None:
    leaking(desk)
    desk.open()
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    slot = 1 + [BLANK in text for text in item.answers].index(True)
    with pytest.raises(InvalidInput, match="blanked words"):
        desk.submit(ann, item, correction={slot: item.answers[slot - 1] + " Yes."})
    desk.submit(ann, item, correction={slot: "It was 1807."})


def test_a_lead_sees_the_same_overlay(desk: Desk) -> None:
    leaking(desk)
    desk.open()
    [comparison] = desk.rows("SELECT id FROM comparisons")
    with desk.store.read() as db:
        assert "ChatGPT" not in str(case(db, desk.project, comparison["id"]).answers)


def test_the_setting_turns_masks_off(make_desk: MakeDesk) -> None:
    desk = make_desk(mask_identity=False)
    leaking(desk)
    desk.open()
    assert LEAK in desk.claim(desk.reviewer())[0].answers
    assert desk.rows("SELECT * FROM masks") == []


def test_the_stored_answer_stays_as_it_is(desk: Desk) -> None:
    leaking(desk)
    desk.open()
    with desk.store.read() as db:
        [first, _] = completions.of_prompt(db, 1)
        assert projects.by_id(db, 1).settings.mask_identity
    assert first.text == LEAK


def test_what_was_open_before_there_were_masks_is_covered_by_the_job(desk: Desk) -> None:
    leaking(desk)
    desk.open()
    desk.store.write(lambda db: db.conn.execute("DELETE FROM masks"))
    assert checking.run(desk.store, desk.project, quiet)["masked"] == 1
    assert LEAK not in desk.claim(desk.reviewer())[0].answers
