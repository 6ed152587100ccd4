"""A query finds what people call by another name, says so, and does as typed where it is told to."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.names import Names, combined
from indexer.names_file import read_file
from indexer.query import parse
from indexer.tree import And, Not, Or, Phrase, Tree, Widened, Word, as_text
from indexer.widen import MOST_NAMES, Added, widened

TEXT = """
[[same]]
names = ["kratom", "Mitragyna speciosa", "kratom leaf"]
[[same]]
names = ["rheumatoid arthritis", "RA"]
[[same]]
names = ["7-OH", "7-hydroxymitragynine"]
[[same]]
names = ["arthritis", "joint inflammation"]
[[same]]
names = ["ankylosing spondylitis", "Bechterew"]
typed = ["AS"]
"""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    path = tmp_path_factory.mktemp("names") / "synonyms.toml"
    path.write_text(TEXT, encoding="utf-8")
    return combined([read_file(path)])


def added(typed: str, names: Names, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(each.typed, each.name) for each in widened(parse(typed).tree, names, without)[1] if each.used]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kratom", [("kratom", "Mitragyna speciosa")]),  # "kratom leaf" is found by "kratom" anyway
        ("Kratoms", [("Kratoms", "Mitragyna speciosa"), ("Kratoms", "kratom leaf")][:1]),
        ("mitragyna speciosa", [("mitragyna speciosa", "kratom"), ("mitragyna speciosa", "kratom leaf")]),
        ("rheumatoid arthritis", [("rheumatoid arthritis", "RA")]),  # the longest name, not "arthritis"
        ("early arthritis", [("arthritis", "joint inflammation")]),
        ("7-OH", [("7-OH", "7-hydroxymitragynine")]),
        ("7 OH", [("7 OH", "7-hydroxymitragynine")]),
        ("kratom OR ra", [("kratom", "Mitragyna speciosa"), ("ra", "rheumatoid arthritis")]),
        ("(ra pain) OR x", [("ra", "rheumatoid arthritis")]),
        ("AS", [("AS", "ankylosing spondylitis"), ("AS", "Bechterew")]),
        ("as", []),
        ('"kratom"', []),
        ('"rheumatoid arthritis"', []),
        ('rheumatoid "arthritis"', []),
        ("-kratom", []),
        ("krat*", []),
        ("", []),
        ("?!", []),
    ],
)
def test_what_is_widened_and_what_never_is(names: Names, typed: str, expected: list[tuple[str, str]]) -> None:
    assert added(typed, names) == expected


def test_a_name_that_is_switched_off_is_still_told_of(names: Names) -> None:
    tree, told = widened(parse("kratom ra").tree, names, ["MITRAGYNA speciosa"])
    assert told == (
        Added("kratom", "Mitragyna speciosa", used=False),
        Added("ra", "rheumatoid arthritis", used=True),
    )
    assert isinstance(tree, And)
    assert tree.parts[0] == Word("kratom", "kratom")


def test_several_words_that_are_one_name_need_not_stand_side_by_side(names: Names) -> None:
    tree, _ = widened(parse("rheumatoid arthritis pain").tree, names)
    name, pain = tree.parts if isinstance(tree, And) else ()
    assert name == Widened(parse("rheumatoid arthritis").tree, (Word("ra", "ra"),))
    assert pain == Word("pain", "pain")


def test_what_is_left_out_is_left_out_as_typed(names: Names) -> None:
    tree, _ = widened(parse("ra -kratom").tree, names)
    assert isinstance(tree, And)
    assert tree.parts[1] == Not(Word("kratom", "kratom"))


def test_names_are_searched_as_phrases(names: Names) -> None:
    tree, _ = widened(parse("7-OH").tree, names)
    assert isinstance(tree, Widened)
    assert [type(name) for name in tree.names] == [Phrase]


def test_no_query_stands_for_endless_names(tmp_path: Path) -> None:
    many = ", ".join(f'"name{chr(97 + n // 26)}{chr(97 + n % 26)}"' for n in range(300))
    path = tmp_path / "many.toml"
    path.write_text(f"[[same]]\nnames = [{many}]\n", encoding="utf-8")
    tree, told = widened(parse("nameaa").tree, combined([read_file(path)]))
    assert isinstance(tree, Widened)
    assert len(tree.names) == MOST_NAMES
    assert sum(each.used for each in told) == MOST_NAMES


WORDS = st.sampled_from(
    ["kratom", "ra", "7-OH", '"ra"', "OR", "-ra", "(", ")", "mitragyna", "speciosa", "AS", "ra*", "x"]
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_a_widened_query_is_written_down_as_it_was_typed(names: Names, typed: str) -> None:
    tree = parse(typed).tree
    wide, told = widened(tree, names)
    assert parse(as_text(wide)).tree == parse(as_text(tree)).tree
    assert bare(wide) == flat(tree)
    assert all(each.used for each in told)


def bare(tree: Tree) -> Tree:
    """The tree with the other names taken off again."""
    match tree:
        case Widened(part, _):
            return flat(part)
        case And(parts):
            return flat(And(tuple(bare(part) for part in parts)))
        case Or(parts):
            return Or(tuple(bare(part) for part in parts))
        case _:
            return tree


def flat(tree: Tree) -> Tree:
    """The tree with every AND inside an AND merged."""
    match tree:
        case And(parts):
            inner = [flat(part) for part in parts]
            return And(tuple(each for part in inner for each in (part.parts if isinstance(part, And) else (part,))))
        case Or(parts):
            return Or(tuple(flat(part) for part in parts))
        case _:
            return tree
