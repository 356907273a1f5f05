"""Value sets in the portal: a file is looked at before it is saved, and publishing says what changes."""

import base64
import io
import json
import re
import zlib
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.views.value_set_files import Brought, pack, unpacked
from journeys.criteria.value_sets.check import MOST_CODES
from journeys.foundation.errors import Invalid
from tests.portal.house import sign_in, token_of
from tests.portal.test_screens import version_of

SNOMED = "http://snomed.info/sct"
TABLE = "system,code,display\nSNOMED CT,195967001,Asthma\nSNOMED CT,233678006,Childhood asthma\n"


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, "carl") == 303
    return client


def named(client: FlaskClient, slug: str) -> str:
    """A new value set; the address of its import."""
    token = token_of(client.get("/value-sets/new").text)
    sent = {"csrf_token": token, "slug": slug, "name-en": f"Set {slug}"}
    answer = client.post("/value-sets/new", data=sent)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/value-sets/{slug}/import"
    return answer.headers["Location"]


def send(client: FlaskClient, address: str, **data: Any) -> Any:
    page = client.get(address).text
    sent = {"csrf_token": token_of(page), "row_version": version_of(page), "way": "replace", **data}
    return client.post(address, data=sent)


def saved(client: FlaskClient, address: str, look: Any, **more: Any) -> Any:
    """Send what a preview carries, to be saved."""
    packed = re.search(r'name="packed" value="([^"]+)"', look.text)
    assert packed, look.text[:3000]
    sent = {"csrf_token": token_of(look.text), "row_version": version_of(look.text), "packed": packed[1]}
    return client.post(address, data={**sent, "way": "replace", "save": "1", **more})


def publish(client: FlaskClient, slug: str) -> str:
    page = client.get(f"/value-sets/{slug}/").text
    sent = {"csrf_token": token_of(page), "row_version": version_of(page)}
    return client.post(f"/value-sets/{slug}/publish", data=sent, follow_redirects=True).text


def test_a_file_is_looked_at_saved_and_published(carl: FlaskClient) -> None:
    address = named(carl, "asthma-of-carl")
    look = send(carl, address, file=(io.BytesIO(TABLE.encode()), "asthma.csv"))
    assert look.status_code == 200
    assert "2 codes come in, 0 go out, 0 stay." in look.text
    assert "Childhood asthma" in look.text
    assert "No codes yet" in carl.get("/value-sets/asthma-of-carl/").text
    assert saved(carl, address, look).status_code == 303

    page = carl.get("/value-sets/asthma-of-carl/").text
    assert "SNOMED CT" in page
    assert "2 codes come in" in page
    published = publish(carl, "asthma-of-carl")
    assert "The value set is in force" in published
    assert "All 2 codes of the draft are in force." in published

    look = send(carl, address, pasted="code,system\n195967001,SNOMED CT", way="take-out")
    assert "0 codes come in, 1 goes out, 1 stays." in look.text
    saved(carl, address, look, way="take-out")
    assert "0 codes come in, 1 goes out, 1 stays." in carl.get("/value-sets/asthma-of-carl/").text
    publish(carl, "asthma-of-carl")
    versions = carl.get("/value-sets/asthma-of-carl/versions").text
    assert "0 codes come in, 1 goes out, 1 stays." in versions
    assert "2 codes come in" in carl.get("/value-sets/asthma-of-carl/versions?from=0&to=1").text
    assert carl.get("/value-sets/asthma-of-carl/versions?from=9&to=1").status_code == 404


def test_wrong_lines_are_said_and_nothing_can_be_saved(carl: FlaskClient) -> None:
    address = named(carl, "wrong-lines")
    wrong = b"system,code\nRoles,1\nLOINC,=2+2\n"
    look = send(carl, address, file=(io.BytesIO(wrong), "wrong.csv"))
    assert "line 2: Roles is no code system that is known here" in look.text
    assert "line 3: A cell begins like a formula of a spreadsheet" in look.text
    assert "Save to the draft" not in look.text
    assert saved(carl, address, look).status_code == 200
    assert "No codes yet" in carl.get("/value-sets/wrong-lines/").text


def test_wrong_lines_that_were_pasted_are_mended_where_they_stand(carl: FlaskClient) -> None:
    address = named(carl, "wrong-paste")
    look = send(carl, address, pasted="system,code\nRoles,1\n")
    assert look.status_code == 422
    assert "line 2: Roles is no code system that is known here" in look.text
    assert "system,code\nRoles,1" in look.text.replace("\r", "")
    assert 'name="packed"' not in look.text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose a file, or paste the codes."),
        ({"pasted": "name,age\nx,1"}, "No column is called code"),
        ({"file": (b"<ValueSet/>", "set.xml")}, "This is XML"),
        ({"file": (b"code\n\xff\n", "set.csv")}, "line 2: The file is not text in UTF-8"),
        ({"packed": "not what was sent"}, "Choose a file, or paste the codes."),
        ({"packed": "eJzLSM3JyVcozy/KSQEAGgsEXQ=="}, "Choose a file, or paste the codes."),
    ],
)
def test_what_cannot_be_read_is_said_at_the_form(carl: FlaskClient, sent: dict[str, Any], says: str) -> None:
    slug = f"unreadable-{abs(hash(str(sent))) % 100_000}"
    address = named(carl, slug)
    given = {key: (io.BytesIO(each[0]), each[1]) if isinstance(each, tuple) else each for key, each in sent.items()}
    answer = send(carl, address, **given)
    assert answer.status_code == 422
    assert says in answer.text
    if "pasted" in sent:
        assert "name,age" in answer.text


def test_only_what_was_read_here_is_unpacked(carl: FlaskClient) -> None:
    address = named(carl, "forged")
    look = send(carl, address, file=(io.BytesIO(b"system,code\nRoles,1\n"), "forged.csv"))
    packed = re.search(r'name="packed" value="([^"]+)"', look.text)
    assert packed
    given, _, signature = packed[1].rpartition(".")
    sets = json.loads(zlib.decompress(base64.b64decode(given)))
    assert sets[0]["problems"]
    forged = base64.b64encode(zlib.compress(json.dumps([{**sets[0], "problems": []}]).encode())).decode()
    for sent in (forged, f"{forged}.{signature}"):
        answer = saved(carl, address, look, packed=sent)
        assert answer.status_code == 422
        assert "Choose a file, or paste the codes." in answer.text


def test_fifty_thousand_codes_are_carried_and_hardly_more(app: Flask) -> None:
    codes = [{"system": SNOMED, "code": str(number), "display": "x" * 200} for number in range(MOST_CODES)]
    with app.app_context():
        assert unpacked(pack([Brought("Many", "", "", codes)]))[0].codes == codes
        with pytest.raises(Invalid):
            pack([Brought("Too many", "", "", codes * 2)])


def test_one_of_several_is_chosen(carl: FlaskClient) -> None:
    address = named(carl, "chosen")
    rows = "valueset,oid,system,code\nFirst,1.2.840.1.1,LOINC,1\nSecond,1.2.840.1.2,LOINC,2\n"
    look = send(carl, address, pasted=rows)
    assert "The file holds 2 value sets. Which one?" in look.text
    assert "Save to the draft" not in look.text
    assert saved(carl, address, look, which="1").status_code == 303
    page = carl.get("/value-sets/chosen/").text
    assert "urn:oid:1.2.840.1.2" in page
    # the next file with the same one in it means that one
    assert "0 codes come in, 0 go out, 1 stays." in send(carl, address, pasted=rows).text


def test_somebody_elses_save_is_never_overwritten_unseen(carl: FlaskClient) -> None:
    address = named(carl, "contested-set")
    look = send(carl, address, pasted="code\n1")
    assert saved(carl, address, look).status_code == 303
    answer = saved(carl, address, look)
    assert "Somebody else saved this meanwhile" in answer.text


def test_what_is_taken_along_is_read_again(carl: FlaskClient) -> None:
    address = named(carl, "taken-along")
    saved(carl, address, send(carl, address, pasted=TABLE))
    table = carl.get("/value-sets/taken-along/codes.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert table.text.splitlines()[1] == f"{SNOMED},195967001,Asthma"
    resource = json.loads(carl.get("/value-sets/taken-along/fhir.json").text)
    assert [each["code"] for each in resource["compose"]["include"][0]["concept"]] == ["195967001", "233678006"]
    assert carl.get("/value-sets/taken-along/other").status_code == 404
    saved(carl, address, send(carl, address, pasted="code\nlocal"))
    refused = carl.get("/value-sets/taken-along/fhir.json", follow_redirects=True).text
    assert "1 codes have no code system" in refused


def test_codes_are_searched_and_paged(carl: FlaskClient) -> None:
    address = named(carl, "many-codes")
    rows = "system,code,display\n" + "".join(f"LOINC,{number}-1,Test {number}\n" for number in range(120))
    saved(carl, address, send(carl, address, pasted=rows))
    assert "1 to 50 of 120" in carl.get("/value-sets/many-codes/").text
    assert "101 to 120 of 120" in carl.get("/value-sets/many-codes/?page=3").text
    found = carl.get("/value-sets/many-codes/?q=test+117").text
    assert "117-1" in found
    assert "116-1" not in found
    assert "No code is like this" in carl.get("/value-sets/many-codes/?q=nothing").text


def test_a_name_is_changed_and_a_wrong_address_said(carl: FlaskClient) -> None:
    address = named(carl, "renamed")
    saved(carl, address, send(carl, address, pasted=TABLE))
    page = carl.get("/value-sets/renamed/").text
    sent = {"csrf_token": token_of(page), "row_version": version_of(page), "name-en": "Asthma", "url": "nowhere"}
    assert carl.post("/value-sets/renamed/", data={**sent, "save": "1"}).status_code == 303
    page = carl.get("/value-sets/renamed/").text
    assert "Write a whole address" in page
    assert "It can be published once nothing is wrong any more." in page
    assert "195967001" in page
    assert "cannot be published yet" in publish(carl, "renamed")


def test_an_administrator_looks_and_changes_nothing(app: Flask, carl: FlaskClient) -> None:
    address = named(carl, "looked-at")
    saved(carl, address, send(carl, address, pasted=TABLE))
    ada = app.test_client()
    assert sign_in(ada, "ada") == 303
    page = ada.get("/value-sets/looked-at/").text
    assert "195967001" in page
    assert "Save draft" not in page
    assert "Import codes" not in page
    token = token_of(ada.get("/account/").text)
    for path in ("/value-sets/looked-at/", address, "/value-sets/looked-at/publish", "/value-sets/new"):
        assert ada.post(path, data={"csrf_token": token}).status_code == 403
