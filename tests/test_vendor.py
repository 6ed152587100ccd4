"""Whether the vendored front end is what its table says, is licensed, and loads nothing from elsewhere."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

# package, version, licence, file, sha256
ROW = re.compile(r"^\| \S+ \| [\d.]+ \| .+ \| (?P<file>\S+) \| (?P<sum>[0-9a-f]{64}) \|$", re.M)


def differences(folder: Path) -> list[str]:
    """Where the table in README.md and the files beside it disagree."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    table = {row["file"]: row["sum"] for row in ROW.finditer(readme)}
    files = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / "README.md"
    }
    return [
        f"{name}: {table.get(name, 'not in the table')} <> {files.get(name, 'no such file')}"
        for name in sorted(table.keys() | files.keys())
        if table.get(name) != files.get(name)
    ]


@pytest.fixture(scope="module")
def vendor(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "web" / "static" / "vendor"


def test_every_vendored_file_is_the_one_in_the_table(vendor: Path) -> None:
    assert differences(vendor) == []


def test_every_vendored_package_has_its_licence_beside_it(vendor: Path) -> None:
    folders = [path for path in vendor.iterdir() if path.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").is_file()] == []


def test_the_style_sheet_loads_nothing_from_elsewhere(vendor: Path) -> None:
    css = (vendor / "pico" / "pico.min.css").read_text(encoding="utf-8")
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]{5})", css)
    assert set(addresses) == {"data:"}
    assert "@import" not in css


def test_no_file_asks_the_browser_for_a_source_map(vendor: Path) -> None:
    files = [path for path in vendor.rglob("*.min.*") if path.suffix in {".js", ".css"}]
    assert files
    assert [path.name for path in files if "sourceMappingURL" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("content", [b"other bytes", None])
def test_a_changed_or_lost_file_is_caught(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "README.md").write_text(f"| some | 1.2 | MIT | some.js | {sha256(b'bytes').hexdigest()} |\n")
    if content is not None:
        (tmp_path / "some.js").write_bytes(content)
    assert len(differences(tmp_path)) == 1


def test_a_file_that_is_not_in_the_table_is_caught(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("an empty table")
    (tmp_path / "stray.js").write_bytes(b"bytes")
    assert differences(tmp_path) == [f"stray.js: not in the table <> {sha256(b'bytes').hexdigest()}"]
