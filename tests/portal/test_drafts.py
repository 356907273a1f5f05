"""Publishing from an editor: only with the right to it, and only the draft that was saved with the same press."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.base import Screen
from app.base import perform as perform_one
from app.views import drafts
from journeys.foundation.database import OWNER, connect
from journeys.store.putting_in_force.save_draft import save_draft
from tests.portal.house import sign_in, token_of
from tests.portal.test_screens import version_of

OTHERS = {"format": 1, "name": {"en": "Of another"}, "codes": [{"code": "other"}]}


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "carl") == 303
    return client


def make(client: FlaskClient, screen: str, slug: str) -> None:
    sent = {"csrf_token": token_of(client.get(f"/{screen}/new").text), "slug": slug, "name-en": "Some"}
    assert client.post(f"/{screen}/new", data=sent).status_code == 303


def press(client: FlaskClient, address: str, **data: Any) -> Any:
    page = client.get(address).text
    sent = {
        "csrf_token": token_of(page),
        "row_version": version_of(page),
        "name-en": "Changed",
        "config-reason": "done",
        **data,
    }
    return client.post(address, data=sent)


def stands(app: Flask, slug: str) -> tuple[str, str]:
    """The state of a definition and the English name of its draft."""
    engine = connect(app.config["WAYMARK"].database_url, OWNER)
    with engine.connect() as connection:
        found = "SELECT status, draft -> 'name' ->> 'en' FROM definition WHERE slug = :slug"
        status, name = connection.execute(text(found), {"slug": slug}).one()
    engine.dispose()
    return status, name


@pytest.mark.parametrize(("screen", "page"), [("value-sets", ""), ("journeys", "steps/end/")])
def test_who_may_not_publish_cannot_do_it_by_saving(
    app: Flask, carl: FlaskClient, monkeypatch: pytest.MonkeyPatch, screen: str, page: str
) -> None:
    slug = f"unpublished-{screen}"
    make(carl, screen, slug)
    may: Callable[[Screen, str], bool] = Screen.may
    monkeypatch.setattr(Screen, "may", lambda self, right: right != "publish" and may(self, right))
    assert press(carl, f"/{screen}/{slug}/{page}", publish="1").status_code == 403
    assert stands(app, slug) == ("draft", "Some")
    assert press(carl, f"/{screen}/{slug}/{page}").status_code == 303


def test_what_another_saved_in_between_does_not_go_live_unseen(
    app: Flask, carl: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(carl, "value-sets", "raced")

    def perform_and_lose(verb: Any, *args: Any, **more: Any) -> Any:
        done = perform_one(verb, *args, **more)
        if verb is save_draft:
            perform_one(save_draft, "value-set", "raced", OTHERS["name"], OTHERS)
        return done

    monkeypatch.setattr(drafts, "perform", perform_and_lose)
    answer = press(carl, "/value-sets/raced/", publish="1")
    assert "Somebody else saved this meanwhile." in answer.text
    assert stands(app, "raced") == ("draft", "Of another")
