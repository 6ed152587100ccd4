"""The server does what its description says: schemathesis asks what may be asked, and what may not, of the real one."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import BaseSchema, Case, GenerationMode

from tests.running import Caveat

EXAMPLES = 15
"""For each address, of both kinds; always the same ones, so that a run tells of this version and not of luck."""
OPERATIONS = (
    "search",
    "statements",
    "statement",
    "statement_history",
    "articles",
    "article",
    "citations",
    "citation",
    "history",
    "findings",
)
# Any text may be an article's name, so none is a wrong one.
NEVER_WRONG = {"article"}


@pytest.fixture(scope="module")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of a real server on the demo, which has been audited once."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(filled, home)
    caveat = Caveat(home, pytestconfig.rootpath)
    caveat.run("audit", "--fail-on", "never")
    yield caveat.serve(KB_SEARCH_RATE="none").url
    caveat.stop()


@pytest.fixture(scope="module")
def described(served: str) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{served}/api/v1/openapi.json")


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_address_keeps_its_description(described: BaseSchema, name: str, mode: GenerationMode) -> None:
    if name in NEVER_WRONG and mode is GenerationMode.NEGATIVE:
        return
    operation = described.find_operation_by_id(name)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if mode is GenerationMode.POSITIVE and case.query:
            # A cursor that no list gave out is refused, however well it looks; those that were are tried elsewhere.
            case.query.pop("cursor", None)
        case.call_and_validate()

    ask()


def test_every_address_of_the_description_is_asked(described: BaseSchema) -> None:
    found = [each.ok().definition.raw["operationId"] for each in described.get_all_operations()]
    assert sorted(found) == sorted(OPERATIONS)


def test_a_server_that_does_not_keep_its_description_is_caught(described: BaseSchema, served: str) -> None:
    lying = copy.deepcopy(described.raw_schema)
    lying["components"]["schemas"]["Statement"]["properties"]["caveats"]["maxItems"] = 0
    schema = schemathesis.openapi.from_dict(lying)
    schema.config.update(base_url=served)
    case = schema.find_operation_by_id("statements").Case(query={"limit": 1})
    with pytest.raises(BaseExceptionGroup, match="schema"):
        case.call_and_validate()
