"""The names of things: what finds what, and files that contradict themselves are refused with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.names import FILE, Names, combined, load_names, terms_of
from indexer.names_file import read_file
from kb.errors import InputError


def written(folder: Path, text: str, name: str = FILE) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def names_of(tmp_path: Path, *texts: str) -> Names:
    return combined([read_file(written(tmp_path, text, f"{n}.toml")) for n, text in enumerate(texts)])


def others(names: Names, name: str) -> set[str]:
    return set(names.others(terms_of(name), name))


SAME = """
[[same]]
names = ["kratom", "Mitragyna speciosa", "ketum"]

[[same]]
names = ["ankylosing spondylitis", "Bechterew's disease"]
typed = ["AS"]
"""


def test_each_name_finds_all_the_others_whatever_its_case_and_ending(tmp_path: Path) -> None:
    names = names_of(tmp_path, SAME)
    assert others(names, "KRATOM") == {"Mitragyna speciosa", "ketum"}
    assert others(names, "mitragyna Speciosa") == {"kratom", "ketum"}
    assert others(names, "bechterew diseases") == {"ankylosing spondylitis"}
    assert others(names, "speciosa") == set()


def test_a_name_that_is_also_a_word_counts_in_its_very_spelling_and_is_never_searched_for(tmp_path: Path) -> None:
    names = names_of(tmp_path, SAME)
    assert others(names, "AS") == {"ankylosing spondylitis", "Bechterew's disease"}
    assert others(names, "as") == set()
    assert others(names, "ankylosing spondylitis") == {"Bechterew's disease"}


def test_a_wider_name_finds_narrower_ones_and_not_the_other_way_round(tmp_path: Path) -> None:
    wider = """
    [[wider]]
    name = "painkiller"
    finds = ["NSAID"]
    [[wider]]
    name = "NSAID"
    finds = ["ibuprofen"]
    [[same]]
    names = ["ibuprofen", "Advil"]
    [[same]]
    names = ["NSAID", "nonsteroidal"]
    """
    names = names_of(tmp_path, wider)
    assert others(names, "painkiller") == {"NSAID", "nonsteroidal", "ibuprofen", "Advil"}
    assert others(names, "nonsteroidal") == {"NSAID", "ibuprofen", "Advil"}
    assert others(names, "ibuprofen") == {"Advil"}


def test_a_file_of_ones_own_adds_to_a_group_and_takes_names_away(tmp_path: Path) -> None:
    own = 'remove = ["ketum", "AS"]\n[[same]]\nnames = ["kratom", "thom"]\n[[same]]\nnames = ["one", "another"]\n'
    names = names_of(tmp_path, SAME, own)
    assert others(names, "kratom") == {"Mitragyna speciosa", "thom"}
    assert others(names, "ketum") == set()
    assert others(names, "AS") == set()
    assert others(names, "one") == {"another"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[[same]]\nnames = ["a", "b"]\n[[same]]\nnames = [\n  "c",\n  "B",\n]\n', 6, "“B” already stands for another"),
        ('[[wider]]\nname = "a"\nfinds = ["a"]\n', 3, "“a” → “a”"),
        (
            '[[wider]]\nname = "a"\nfinds = ["b"]\n\n[[wider]]\nname = "b"\nfinds = ["c"]\n\n'
            '[[wider]]\nname = "c"\nfinds = [\n  "a",\n]\n',
            12,
            "“a” → “b” → “c” → “a”",
        ),
        ('[[same]]\nnames = ["a", "b"]\n[[wider]]\nname = "a"\nfinds = ["b"]\n', 5, "loop"),
        ('[[same]]\nnames = ["kratom", "Kratoms"]\n', 1, "one name only"),
        ('[[same]]\nnames = ["a",\n  "!?"]\n', 3, "no letter and no digit"),
        ('[[same]]\nname = ["a", "b"]\n', 2, "has no “name”"),
        ('[[wider]]\nname = "a"\n', 1, "lacks “finds”"),
        ('[[same]]\nnames = "a"\n', 2, "is a list"),
        ('[[same]]\nnames = ["a", 1]\n', 2, "is a list"),
        ('[[wider]]\nname = ["a"]\nfinds = ["b"]\n', 2, "one name"),
        ('[same]\nnames = ["a", "b"]\n', 1, "[[same]]"),
        ('\nothers = 1\n', 2, "“others” is none of"),
        ('[[same]]\nnames = ["a", \n', 2, "no TOML"),
        ('remove = ["zzz"]\n', 1, "no name that could be removed"),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_or_the_form_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, says: str
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as error:
        combined([read_file(path)])
    assert error.value.place == f"{path}:{line}"
    assert says in str(error.value)
    assert error.value.cure


def test_an_own_group_that_would_make_two_things_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="already stands for another thing"):
        names_of(tmp_path, SAME, '[[same]]\nnames = ["kratom", "ankylosing spondylitis"]\n')


def test_a_file_in_another_encoding_and_one_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('[[same]]\nnames = ["Sjögren", "b"]\n'.encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_file(path)
    path.write_bytes(b'\xef\xbb\xbf[[same]]\nnames = ["a", "b"]\n')
    assert others(combined([read_file(path)]), "a") == {"b"}


def test_the_names_that_come_with_caveat_hold_together() -> None:
    names = load_names()
    assert "rheumatoid arthritis" in others(names, "RA")
    assert {"systemic lupus erythematosus", "SLE"} <= others(names, "lupus")
    assert "multiple sclerosis" in others(names, "MS")
    assert {"ketum", "biak", "Mitragyna speciosa"} <= others(names, "kratom")
    assert others(names, "painkiller") >= {"analgesic"}
    for group, _, _ in names.groups():
        for name in group:
            assert name not in others(names, name)


def test_a_file_in_kb_home_is_read_anew_when_it_changes(tmp_path: Path) -> None:
    assert "krypton" not in others(load_names(tmp_path), "kratom")
    written(tmp_path, '[[same]]\nnames = ["kratom", "krypton"]\n')
    assert "krypton" in others(load_names(tmp_path), "kratom")
    (tmp_path / FILE).unlink()
    assert "krypton" not in others(load_names(tmp_path), "kratom")


def test_a_chain_of_ever_narrower_names_is_as_long_as_it_is(tmp_path: Path) -> None:
    lines = [f'[[wider]]\nname = "thing {n}"\nfinds = ["thing {n + 1}"]\n' for n in range(3_000)]
    (tmp_path / FILE).write_text("".join(lines), encoding="utf-8")
    assert len(list(load_names(tmp_path).groups())) >= 3_001
    (tmp_path / FILE).write_text("".join([*lines, '[[wider]]\nname = "thing 3000"\nfinds = ["thing 7"]\n']))
    with pytest.raises(InputError, match="round in a loop") as refused:
        load_names(tmp_path)
    assert refused.value.place == f"{tmp_path / FILE}:9003"


def test_a_narrower_thing_whose_names_were_all_removed_is_still_listed(tmp_path: Path) -> None:
    names = next(names for names, _, _ in load_names().groups() if "mitragynine" in names)
    written = ", ".join(f'"{name}"' for name in names)
    (tmp_path / FILE).write_text(f"remove = [{written}]\n", encoding="utf-8")
    assert not any("mitragynine" in group for group, _, _ in load_names(tmp_path).groups())
