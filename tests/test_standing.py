"""Where a grid stands after its jobs: answers, failures in words, what is missing, what it cost."""

from typing import Any, get_args

import pytest

from tests.conftest import Desk, answered
from tests.faulty_server import FaultyServer, error, fine
from tests.test_grids import begin, price, run
from workbench.cli.generate import say_failures
from workbench.errors import InvalidInput
from workbench.generation import grids, known, templates
from workbench.generation.failures import WORDS, words_of
from workbench.generation.grids import Begun, Plan
from workbench.generation.selecting import Selection
from workbench.generation.standing import Standing, standing
from workbench.providers import FailureCode
from workbench.records import Model, Prompt, Sampling, Template
from workbench.store import variants

FEW = (Sampling(temperature=0.5, max_tokens=10),)


@pytest.fixture
def model(server: FaultyServer, desk: Desk) -> Model:
    desk.import_rows([answered(i) for i in range(4)], kind="prompts")
    return known.add(desk.store, known.endpoint("served", server.url), desk.clock.now)


def after(desk: Desk, begun: Begun) -> Standing:
    run(desk, begun)
    return standing(desk.store, begun.grid.id)


def test_each_variant_has_its_counts(desk: Desk, server: FaultyServer, model: Model) -> None:
    server.plays(fine(finish="length"), error(400, code="content_filter"))
    found = after(desk, begin(desk, Plan((model,), samplings=FEW)))
    [line] = found.lines
    assert (line.wanted, line.answers, line.truncated, line.failed) == (4, 3, 1, 1)
    assert (line.missing, found.missing) == (1, 1)


def test_a_failure_comes_with_words_and_the_endpoints_own(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    server.plays(error(400, code="content_filter", message="Not this one."))
    [failed] = after(desk, begin(desk, Plan((model,), samplings=FEW))).failures
    assert (failed.words.said, failed.failures) == ("content filter", 1)
    assert "Not this one." in failed.message


def test_the_shell_says_the_same(
    desk: Desk, server: FaultyServer, model: Model, capsys: pytest.CaptureFixture[str]
) -> None:
    server.plays(error(400, code="content_filter", message="Not this one."))
    begun = begin(desk, Plan((model,), samplings=FEW))
    run(desk, begun)
    say_failures(desk.store, begun.grid.id)
    said = capsys.readouterr().err
    assert "1 × content filter" in said
    assert WORDS["content_filter"].remedy in said
    assert "Not this one." in said


def test_only_the_last_failure_of_a_request_counts(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    begun = begin(desk, Plan((model,), samplings=FEW, selection=Selection(limit=1)))
    server.plays(fine("", refusal="I will not."), error(400, code="context_length_exceeded"))
    run(desk, begun)
    [failed] = after(desk, begun).failures
    assert (failed.words.said, failed.failures) == ("prompt too long", 1)


def test_a_mended_failure_is_gone(desk: Desk, server: FaultyServer, model: Model) -> None:
    begun = begin(desk, Plan((model,), samplings=FEW))
    server.plays(error(400, code="content_filter"))
    run(desk, begun)
    found = after(desk, begun)
    assert (found.failures, found.missing) == ((), 0)


def test_answers_to_other_prompts_and_further_samples_do_not_count(
    desk: Desk, model: Model
) -> None:
    run(desk, begin(desk, Plan((model,), samplings=FEW, samples=2)))
    few = begin(desk, Plan((model,), samplings=FEW, selection=Selection(limit=1)))
    [line] = standing(desk.store, few.grid.id).lines
    assert (line.wanted, line.answers) == (1, 1)


def test_an_answer_from_the_store_is_told_apart(desk: Desk, model: Model) -> None:
    run(desk, begin(desk, Plan((model,), samplings=FEW)))
    same = Template("other words", "", "{{ prompt }}")
    [line] = after(desk, begin(desk, Plan((model,), (same,), FEW))).lines
    assert (line.answers, line.from_cache) == (4, 4)


def test_what_was_paid_and_what_is_unknown(desk: Desk, server: FaultyServer, model: Model) -> None:
    price(desk, 1_000_000.0)
    server.plays(fine(usage=False))
    spent = after(desk, begin(desk, Plan((model,), samplings=FEW))).spent
    assert (spent.requests, spent.open, spent.unpriced) == (4, 0, 1)
    assert spent.usd == pytest.approx(3 * 14)


def test_the_jobs_of_a_grid_are_found(desk: Desk, server: FaultyServer, model: Model) -> None:
    """A real job process; another grid's job is not among them."""
    other = grids.begin(desk.store, desk.project, Plan((model,), samplings=FEW), desk.clock.now)
    begun = begin(desk, Plan((model,), samplings=FEW))
    assert standing(desk.store, begun.grid.id).jobs == ()
    [job] = standing(desk.store, other.grid.id).jobs
    assert job.kind == grids.JOB


def test_every_code_has_its_words_and_a_remedy() -> None:
    assert set(WORDS) == set(get_args(FailureCode))
    assert all(words.said and words.remedy.endswith(".") for words in WORDS.values())
    assert words_of("of old").said == "of old"


# Templates


@pytest.mark.parametrize(
    ("template", "field"),
    [
        (Template(" "), "name"),
        (Template("long" * 26), "name"),
        (Template("as it stands", "", "Other: {{ prompt }}"), "name"),
        (Template("t", "{{ context", ""), "system"),
        (Template("t", few_shot=({"role": "user", "content": "Hi"},)), "few_shot"),
    ],
)
def test_what_is_no_template_is_not_saved(desk: Desk, template: Template, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        templates.save(desk.store, desk.project.id, template, desk.clock.now)
    assert raised.value.field == field
    with desk.store.read() as db:
        assert variants.templates(db, desk.project.id) == []


def test_other_words_are_the_next_version(desk: Desk) -> None:
    saved = [
        templates.save(desk.store, desk.project.id, Template("t", "", user), desk.clock.now)
        for user in ("{{ prompt }}", "{{ prompt }}!", "{{ prompt }}")
    ]
    assert [template.version for template in saved] == [1, 2, 1]


def with_variables(**variables: str) -> Prompt:
    return Prompt(({"role": "user", "content": "Why?"},), variables=variables)


def test_what_prompts_offer_and_lack() -> None:
    chosen = [with_variables(tone="kind", place="here"), with_variables(tone="dry")]
    template = Template("t", "{{ context }}", "{{ tone }} {{ place }} {{ colour }} {{ prompt }}")
    assert templates.offered(chosen) == {"tone": 2, "place": 1}
    assert templates.lacking(template, chosen) == {"colour": 2, "place": 1}


def test_nothing_chosen_lacks_nothing() -> None:
    chosen: list[Any] = []
    assert templates.lacking(Template("t", "", "{{ tone }}"), chosen) == {}
