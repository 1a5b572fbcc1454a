"""Property tests of the API against its own OpenAPI schema: no input makes it fail, and what it
answers is what the schema says.
"""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import Desk
from workbench import api, judging, signing_in
from workbench.clock import utc_now
from workbench.records import Item
from workbench.store import Store

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


OPERATIONS = [
    (path, method)
    for path, item in api.build(cast(Store, None)).openapi()["paths"].items()
    for method in item
]


@pytest.fixture
def described(desk: Desk) -> Iterator[Any]:
    """The API as its schema describes it, over a project with open comparisons."""
    desk.add_answers(8)
    desk.open()
    desk.store.start_writer()
    added = signing_in.add_reviewer(desk.store, utc_now(), "Ada", "reviewer", api_key=True)
    found = schemathesis.openapi.from_asgi("/openapi.json", api.build(desk.store))
    found.config.update(headers={"Authorization": f"Bearer {added.api_key}"})
    yield found
    desk.store.stop_writer()


def aim(case: schemathesis.Case, item: Item) -> None:
    """Names that exist in the place of made-up ones, so that the rest of the input matters."""
    names = {"slug": "small", "item_id": item.id, "thread_id": 1}
    for sent in (case.path_parameters, case.body):
        if isinstance(sent, dict):
            sent.update({key: name for key, name in names.items() if key in sent})


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_a_route_answers_whatever_it_is_sent_as_its_schema_says(
    described: Any, desk: Desk, path: str, method: str
) -> None:
    ada = desk.person("Ada")
    [item] = desk.claim(ada, tab="api")
    desk.store.write(lambda db: judging.flag(db, ada, item.id, "Hm", utc_now()))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy(), real=st.booleans())
    def holds(case: schemathesis.Case, real: bool) -> None:
        if real:
            aim(case, item)
        case.call_and_validate(checks=CHECKS)

    holds()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nobody_is_let_in_without_a_token(described: Any, path: str, method: str) -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy())
    def holds(case: schemathesis.Case) -> None:
        assert case.call(headers={"Authorization": ""}).status_code in (401, 422)

    holds()
