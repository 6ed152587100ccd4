"""The legend: nothing that can stand beside a statement is left unexplained."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from kb.caveats import DERIVED
from kb.meanings import CLAIM_TYPES, DIRECTIONS
from kb.scales import load_scales


def test_everything_has_an_entry_that_can_be_linked_to(client: FlaskClient) -> None:
    page = client.get("/legend").text
    wanted = {level.name for scale in load_scales() for level in scale.levels} | {"ungraded"}
    wanted |= {f"direction:{word}" for word in DIRECTIONS} | {f"type:{word}" for word in CLAIM_TYPES}
    wanted |= {f"caveat:{code}" for code in DERIVED}
    assert wanted <= set(re.findall(r'id="([^"]+)"', page))


def test_every_recorded_caveat_is_there(client: FlaskClient) -> None:
    body = client.get("/legend.json").get_json()
    assert len(body["recorded_caveats"]) == 25
    page = client.get("/legend").text
    assert all(f'id="caveat:{each["code"]}"' in page for each in body["recorded_caveats"])


def test_links_from_cards_lead_to_entries(client: FlaskClient) -> None:
    entries = set(re.findall(r'id="([^"]+)"', client.get("/legend").text))
    linked = set(re.findall(r'href="/legend#([^"]+)"', client.get("/search?limit=200").text))
    assert linked
    assert linked <= entries
