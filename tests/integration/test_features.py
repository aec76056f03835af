"""A package that declares itself is part of everything, with no other file changed."""

import importlib
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import mixroom
from mixroom.app import create_app
from mixroom.core import db, doorbell, jobs
from mixroom.core.db import metadata, transaction
from mixroom.crew import actions as crew
from mixroom.features import declared, features, listed
from mixroom.migrate import migrate
from mixroom.settings import ROOT, Settings
from mixroom.work import Worker
from tests.cast import Cast, enter
from tests.servers import env_in

TOY = '''
"""The declaration of the bell that people ring."""

import sqlalchemy as sa
from flask import Blueprint, render_template_string

from mixroom.core.db import metadata
from mixroom.core.errors import ConflictError
from mixroom.core.panels import Panel
from mixroom.core.roles import LEADS, REVIEWERS, declare
from mixroom.core.views import View
from mixroom.crew.asking import member
from mixroom.web.api import documented
from mixroom.web.declaration import Feature, MenuEntry, Problem, Section

PERMISSIONS = declare({"bell.ring": REVIEWERS})
RINGS = sa.Table("toy_ring", metadata, sa.Column("id", sa.String(36), primary_key=True))
VIEW = View("rings", frozenset({"bell.rung"}), lambda *_: [], lambda *_: {}, REVIEWERS)
pages, api = Blueprint("toy", __name__), Blueprint("toy_api", __name__)


class BrokenError(ConflictError):
    code = "bell_broken"


@pages.get("/bell")
def bell():
    member().must("bell.ring")
    return render_template_string("{% extends 'base.html' %}{% block main %}Ding{% endblock %}")


@api.post("/bell")
@documented("Ring the bell", {204: None})
def ring():
    member().must("bell.ring")
    raise BrokenError


def hear(by, message):
    return {}


PANEL = Panel(
    "bell",
    "dashboard/_health.html",
    "dashboard/health",
    50,
    facts=frozenset({"bell.rung"}),
    keys=lambda *_: ["rung"],
    find=lambda *_: {"rung": {"times": 3}},
)
FEATURE = Feature(
    name="toy",
    pages=("mixroom.toy.feature:pages",),
    api=("mixroom.toy.feature:api",),
    views={VIEW: "Who has rung the bell"},
    tables=(RINGS,),
    permissions=PERMISSIONS,
    facts={"bell.rung": "Someone rang the bell."},
    problems={"bell_broken": Problem(409, "The bell is broken.")},
    panels=(PANEL,),
    jobs="mixroom.toy.jobs",
    menu=(MenuEntry("/bell", "Bell", 15, Section.SEND, needs="bell.ring"),),
    messages={"bell.ring": "mixroom.toy.feature:hear"},
    offline={"shell": ("img/icon-192.png",)},
)
'''
JOBS = '''
"""The worker's part."""

from datetime import timedelta

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.handlers import Handlers, Periodic

done = []


def ring(job, _files):
    done.append(job.kind)
    with transaction() as tx:
        jobs.finish(tx, job)


def handlers(_settings):
    oil = Periodic("oil", timedelta(hours=1), lambda _files: done.append("oil"))
    return Handlers({"toy.ring": (ring, ring)}, periodic=(oil,))
'''


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a package `mixroom.toy` beside the others, in a folder of its own."""
    package = tmp_path / "packages" / "toy"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "feature.py").write_text(TOY)
    (package / "jobs.py").write_text(JOBS)
    monkeypatch.setattr(mixroom, "__path__", [*mixroom.__path__, str(package.parent)])
    features.cache_clear()
    yield
    features.cache_clear()
    metadata.remove(metadata.tables["toy_ring"])
    for name in [each for each in sys.modules if each.startswith("mixroom.toy")]:
        del sys.modules[name]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings of an installation that is migrated and connected."""
    found = Settings.from_env(env_in(tmp_path))
    engine = db.connect(found.database_url)
    doorbell.place(found.database_url)
    migrate()
    yield found
    engine.dispose()


@pytest.fixture
def app(toy: None, settings: Settings) -> Flask:
    return create_app(settings)


def test_its_pages_menu_and_refusals_are_there(app: Flask) -> None:
    cast = enter()
    crew.set_bilingual(cast.chloe, cast.chloe.id, on=True)  # people who translate have a menu
    ben, chloe = (_signed_in(app, cast, name) for name in ("ben", "chloe"))
    assert "Ding" in ben.get("/bell").text
    assert 'href="/bell"' in ben.get("/send").text
    hers = chloe.get("/send").text
    assert 'href="/translations"' in hers
    assert 'href="/bell"' not in hers
    assert chloe.get("/bell").status_code == 403
    assert ben.post("/api/v1/bell").json["code"] == "bell_broken"
    assert chloe.post("/api/v1/bell").status_code == 403


def test_its_panel_is_on_the_dashboard_and_in_its_live_list(app: Flask) -> None:
    cast = enter()
    ben = _signed_in(app, cast, "ben")
    assert 'data-panel="bell"' in ben.get("/dashboard").text
    listed = ben.get("/api/v1/views/dashboard").json
    assert listed["changes"]["bell:rung"] == {"times": 3}


def test_its_routes_are_in_the_api_document(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json
    assert described["paths"]["/bell"]["post"]["summary"] == "Ring the bell"
    assert "POST /api/v1/bell" in {
        f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods
    }, "where the permissions matrix looks for routes"


def test_its_files_are_kept_for_a_phone_without_a_line(app: Flask) -> None:
    assert "/static/img/icon-192.png" in app.test_client().get("/sw.js").text


def test_its_facts_views_and_permissions_are_in_the_reference(toy: None) -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "docs.py"))["events"]()
    for row in (
        "| `bell.rung` | Someone rang the bell. | `rings`, `dashboard` |",
        "| `rings` | Who has rung the bell | its event | community_manager, lead |",
        "| `bell.ring` | community_manager, lead | toy |",
    ):
        assert row in page
    assert "toy_ring" in {table.name for table in listed("tables")}
    assert "bell.ring" in declared("messages")


def test_the_worker_does_its_jobs(toy: None, settings: Settings) -> None:
    worker = Worker(settings)
    with transaction() as tx:
        jobs.enqueue(tx, "toy.ring", {})
    while worker.step():
        pass
    assert sorted(importlib.import_module("mixroom.toy.jobs").done) == ["oil", "toy.ring"]


def _signed_in(app: Flask, cast: Cast, name: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cast.tokens[name]}"
    return client
