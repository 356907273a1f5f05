"""What is drawn once is the same for everybody but for what differs: tokens, addresses, what somebody has typed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.base import once
from tests.portal.house import sign_in, token_of


@pytest.fixture
def two(app: Flask) -> tuple[FlaskClient, FlaskClient]:
    clients = app.test_client(), app.test_client()
    assert [sign_in(client, name) for client, name in zip(clients, ("ada", "carl"), strict=True)] == [303, 303]
    return clients


def test_a_kept_part_holds_the_token_of_whoever_reads_it(two: tuple[FlaskClient, FlaskClient]) -> None:
    pages = [client.get("/account/").text for client in two]
    tokens = [set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)) for page in pages]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert not any(once.UNGUESSABLE in page for page in pages)
    kept = "".join(once.KEPT.values())
    assert kept
    assert not any(token in kept for each in tokens for token in each)


def test_the_shell_says_who_is_signed_in_and_where_they_are(two: tuple[FlaskClient, FlaskClient]) -> None:
    ada, carl = two
    assert "Moreno" in ada.get("/account/").text
    page = carl.get("/segments/").text
    assert "Oduya" in page and "Moreno" not in page
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/segments/"]
    assert '<input type="hidden" name="back" value="/segments/">' in page


def test_each_language_is_kept_by_itself(two: tuple[FlaskClient, FlaskClient]) -> None:
    carl = two[1]
    assert "Ir a una página" not in carl.get("/segments/").text
    carl.set_cookie("language", "es")
    assert 'lang="es"' in carl.get("/segments/").text
    assert "Segmentos" in carl.get("/segments/").text
    carl.set_cookie("language", "en")
    assert "Segmentos" not in carl.get("/segments/").text


def test_what_somebody_typed_is_not_kept(two: tuple[FlaskClient, FlaskClient]) -> None:
    carl = two[1]
    token = token_of(carl.get("/patients/").text)
    page = carl.post("/patients/", data={"csrf_token": token, "text": "Zzyzxname", "born": ""}).text
    assert 'value="Zzyzxname"' in page
    assert not any("Zzyzxname" in each for each in once.KEPT.values())
    assert "Zzyzxname" not in carl.get("/patients/").text
