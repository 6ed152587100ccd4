"""The pages on a real store and a real index: the data that comes with Caveat, and a hostile set made by hand."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.open import open_engine
from indexer.sync import sync
from kb.curate import By
from kb.data import data_folder
from kb.ingest.demo import load_demo
from kb.settings import Settings
from kb.store import Store, create_store
from tests.running import Caveat
from tests.web.curating import Desk, House, fill
from web.app import create_app

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def application(home: Path, data: Path | None = None) -> tuple[Flask, Store]:
    """An application on a new store in `home`, filled with the data in `data`, searchable."""
    settings = Settings.read({"KB_HOME": str(home), "KB_SEARCH_RATE": "none"})
    settings.make_home()
    store = create_store(settings.database_url, settings.secret_key())
    with store.writing() as session:
        load_demo(session, data or data_folder(), By("a test", "for a test", NOW))
    engine = open_engine(settings.index_url)
    sync(store, engine)
    return create_app(settings, store, engine, today=lambda: TODAY), store


@pytest.fixture(scope="session")
def build() -> Callable[[Path, Path], tuple[Flask, Store]]:
    """Makes an application in a folder, from data in the form of `data/`."""
    return application


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Caveat with its own data; tests only read it."""
    app, store = application(tmp_path_factory.mktemp("demo"))
    yield app
    store.close()


@pytest.fixture
def client(demo: Flask) -> FlaskClient:
    """A reader of the demo."""
    return demo.test_client()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Flask, Store]]:
    """Caveat with its own data, for a test that changes something."""
    app, store = application(tmp_path / "home")
    yield app, store
    store.close()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests change something: the day on which the pages stand."""
    return NOW


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A home with the data that comes with Caveat; tests work on copies of it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    Caveat(home, pytestconfig.rootpath).run("init", "--demo")
    return home


@pytest.fixture(scope="session")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home for the tests of curation; tests work on copies of it."""
    home = tmp_path_factory.mktemp("curated") / "home"
    fill(home)
    return home


@pytest.fixture
def house(curated: Path, tmp_path: Path) -> Iterator[House]:
    """A house of the test's own, with a few statements."""
    shutil.copytree(curated, tmp_path / "home")
    made = House(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def desk(house: House) -> Desk:
    """A curator's browser in that house."""
    return house.somebody("Cora", "curator")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Children can be interrupted, even where the tests run in the background, as `&` makes them deaf to Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def caveat(filled: Path, tmp_path: Path, pytestconfig: pytest.Config, interruptible: None) -> Iterator[Caveat]:
    """A home of its own for each test; its servers are stopped at the end."""
    shutil.copytree(filled, tmp_path / "home")
    each = Caveat(tmp_path / "home", pytestconfig.rootpath)
    yield each
    each.stop()
