"""Who may import whom: web -> indexer -> kb, never back, no circles, no Flask in kb, no tables in web.

Every rule is a function from sources to breaches, and has a twin test that shows it a small tree which
breaks it: a guard that cannot fail guards nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

# Each may import those after it.
LAYERS = ("web", "indexer", "kb")

# What loads a file when it is first called for; it names the file where all imports are read, so nothing hides in it.
LATE = "kb.late"

# Libraries that take long to load and that one page and one command need; no circle can hide in them.
SLOW_LIBRARIES = ("scipy", "statsmodels")

# What a package must not know, by the beginning of the module's name.
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "kb": ("flask", "flask_wtf", "werkzeug", "wtforms", "whoosh"),
    "indexer": ("flask", "flask_wtf", "werkzeug", "wtforms"),
    "web": ("sqlalchemy", "kb.model", "kb.records", "kb.loading", "kb.searchable", "whoosh"),
}


@dataclass(frozen=True)
class Import:
    """One import as it stands in a file.

    `names` are what it may load, the likeliest first: `from kb import data` loads kb.data, or a name in kb.
    """

    line: int
    names: tuple[str, ...]
    inside_function: bool


@dataclass(frozen=True)
class Source:
    """One file and what it imports, imports for type checking included."""

    module: str
    imports: tuple[Import, ...]


Sources = Mapping[str, Source]


def read_sources(root: Path) -> Sources:
    """Every Python file of the three packages under `root`, by module name."""
    sources = {}
    for package in LAYERS:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            inside = module if is_package else module.rpartition(".")[0]
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            sources[module] = Source(module, tuple(imports_in(tree, inside, inside_function=False)))
    return sources


def imports_in(node: ast.AST, package: str, *, inside_function: bool) -> Iterator[Import]:
    """All imports below `node`; `package` is what a leading dot stands for."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=aliases):
                for alias in aliases:
                    yield Import(child.lineno, (alias.name,), inside_function)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                above = package.rsplit(".", level - 1)[0] if level else ""
                origin = ".".join(part for part in (above, module) if part)
                for alias in aliases:
                    yield Import(child.lineno, (f"{origin}.{alias.name}", origin), inside_function)
            case ast.Call(func=ast.Name(id="Late"), args=[place]):
                module, found, name = literal(place).partition(":")
                # A place that does not stand there in so many words could be any.
                yield Import(child.lineno, (f"{module}.{name}", module) if found else (), inside_function=not found)
            case ast.Call(func=ast.Name(id="__import__" | "import_module")):
                yield Import(child.lineno, (), inside_function)
            case ast.Call(func=ast.Attribute(attr="import_module")):
                yield Import(child.lineno, (), inside_function)
        enters = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from imports_in(child, package, inside_function=inside_function or enters)


def literal(place: ast.expr) -> str:
    """The text that an expression begins with, as far as it stands there."""
    match place:
        case ast.Constant(value=str(text)) | ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text
    return ""


def arrows(sources: Sources) -> Iterator[tuple[str, int, str]]:
    """File, line and the file of ours that it imports."""
    for source in sources.values():
        for found in source.imports:
            target = next((name for name in found.names if name in sources), None)
            if target is not None and target != source.module:
                yield source.module, found.line, target


def arrows_back(sources: Sources) -> list[str]:
    """Imports from a lower layer of a higher one, whether the file imported exists or not."""
    breaches = []
    for source in sources.values():
        above = LAYERS[: LAYERS.index(source.module.partition(".")[0])]
        for found in source.imports:
            breaches += [
                f"{source.module}:{found.line} imports {name}"
                for name in found.names[:1]
                if name.partition(".")[0] in above
            ]
    return breaches


def circle(sources: Sources) -> list[str]:
    """The files of one circle of imports, its first file again at the end; empty where there is none."""
    graph: dict[str, set[str]] = {module: set() for module in sources}
    for module, _, target in arrows(sources):
        graph[module].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def forbidden_imports(sources: Sources) -> list[str]:
    """Imports of what the package must not know."""
    return [
        f"{source.module}:{found.line} imports {found.names[0]}"
        for source in sources.values()
        for found in source.imports
        if any(
            name == banned or name.startswith(f"{banned}.")
            for banned in FORBIDDEN[source.module.partition(".")[0]]
            for name in found.names
        )
    ]


def imports_inside_functions(sources: Sources) -> list[str]:
    """Imports that wait until a function runs, which is how a circle is hidden."""
    return [
        f"{source.module}:{found.line}"
        for source in sources.values()
        for found in source.imports
        if found.inside_function and not _is_slow(found) and source.module != LATE
    ]


def _is_slow(found: Import) -> bool:
    return bool(found.names) and all(name.partition(".")[0] in SLOW_LIBRARIES for name in found.names)


@pytest.fixture(scope="module")
def sources(pytestconfig: pytest.Config) -> Sources:
    return read_sources(pytestconfig.rootpath)


def test_the_files_of_all_three_packages_are_read(sources: Sources) -> None:
    assert {"kb.errors", "kb.settings"} <= sources.keys()
    assert {module.partition(".")[0] for module in sources} == set(LAYERS)
    assert ("kb.settings", "kb.errors") in {(module, target) for module, _, target in arrows(sources)}


def test_no_package_imports_one_above_it(sources: Sources) -> None:
    assert arrows_back(sources) == []


def test_imports_run_in_no_circle(sources: Sources) -> None:
    assert circle(sources) == []


def test_no_package_imports_what_it_must_not_know(sources: Sources) -> None:
    assert forbidden_imports(sources) == []


def test_nothing_is_imported_inside_a_function(sources: Sources) -> None:
    assert imports_inside_functions(sources) == []


def tree(root: Path, files: Mapping[str, str]) -> Sources:
    """The sources of a small tree, given as path and text."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_sources(root)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("kb/a.py", "from indexer.text import analyse"),
        ("kb/a.py", "import web"),
        ("kb/ingest/a.py", "from web import app"),
        ("indexer/a.py", "from web.app import create_app"),
        ("kb/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from indexer import text"),
    ],
)
def test_an_arrow_back_is_caught(tmp_path: Path, file: str, text: str) -> None:
    assert len(arrows_back(tree(tmp_path, {file: text}))) == 1


def test_an_arrow_along_the_order_is_allowed(tmp_path: Path) -> None:
    files = {
        "kb/a.py": "",
        "indexer/b.py": "from kb import a",
        "web/c.py": "from indexer.b import d\nimport kb.a",
    }
    small = tree(tmp_path, files)
    assert arrows_back(small) == []
    assert circle(small) == []


@pytest.mark.parametrize(
    "files",
    [
        {"kb/a.py": "from kb.b import x", "kb/b.py": "from kb.a import y"},
        {"kb/a.py": "from kb import b", "kb/b.py": "from . import a"},
        {"kb/a.py": "import kb.b", "kb/b.py": "from kb.c import z", "kb/c.py": "from .a import y"},
        {
            "kb/p/__init__.py": "from kb.p.a import x",
            "kb/p/a.py": "from ..b import y",
            "kb/b.py": "from kb.p import x",
        },
    ],
)
def test_a_circle_is_caught(tmp_path: Path, files: dict[str, str]) -> None:
    assert circle(tree(tmp_path, files))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("kb/a.py", "import flask"),
        ("kb/a.py", "from flask import request"),
        ("kb/a.py", "from werkzeug.exceptions import NotFound"),
        ("kb/a.py", "import whoosh.index"),
        ("indexer/a.py", "from flask import g"),
        ("web/pages/a.py", "from kb.model import Statement"),
        ("web/pages/a.py", "from kb import model"),
        ("web/a.py", "from sqlalchemy import select"),
        ("web/a.py", "from kb.records import read_records"),
        ("web/a.py", "from whoosh.index import open_dir"),
    ],
)
def test_what_a_package_must_not_know_is_caught(tmp_path: Path, file: str, text: str) -> None:
    assert len(forbidden_imports(tree(tmp_path, {"kb/model.py": "", file: text}))) == 1


def test_a_name_that_only_begins_like_a_forbidden_one_is_allowed(tmp_path: Path) -> None:
    files = {"kb/a.py": "import flaskette", "web/a.py": "from kb.models import x"}
    assert forbidden_imports(tree(tmp_path, files)) == []


def test_a_slow_library_may_wait_until_it_is_needed(tmp_path: Path) -> None:
    files = {"kb/a.py": "def read():\n    from scipy.stats import t\n    import statsmodels.api"}
    assert imports_inside_functions(tree(tmp_path, files)) == []


def test_what_is_loaded_late_is_an_import_like_any_other(tmp_path: Path) -> None:
    late = "from kb.late import Late\n"
    assert circle(tree(tmp_path / "1", {"kb/a.py": f"{late}b = Late('kb.b:x')", "kb/b.py": "import kb.a"}))
    half = tree(tmp_path / "2", {"kb/a.py": f"{late}b = [Late(f'web.{{x}}:y') for x in 'ab']"})
    assert len(imports_inside_functions(half)) == 1
    small = tree(tmp_path / "3", {"kb/a.py": f"{late}b = Late('web.a:x')\nc = Late('flask:Flask')"})
    assert len(arrows_back(small)) == len(forbidden_imports(small)) == 1
    names = tree(tmp_path / "4", {"kb/a.py": f"{late}b = [Late(f'indexer.a:{{x}}') for x in 'ab']"})
    assert len(arrows_back(names)) == 1
    unnamed = tree(tmp_path / "5", {"kb/a.py": f"{late}b = Late(x)", "kb/b.py": f"{late}b = Late(f'{{x}}:y')"})
    assert len(imports_inside_functions(unnamed)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "def read():\n    from kb.b import x",
        "async def read():\n    import json",
        "class A:\n    def read(self):\n        if True:\n            from . import b",
        "from importlib import import_module\ndef read():\n    return import_module('kb.b')",
        "import importlib\nread = lambda: importlib.import_module('kb.b')",
    ],
)
def test_an_import_inside_a_function_is_caught(tmp_path: Path, text: str) -> None:
    assert len(imports_inside_functions(tree(tmp_path, {"kb/a.py": text}))) == 1
