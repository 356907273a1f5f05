"""Who may see and who may edit: every role with every purpose, deny by default, restricted reading audited."""

import itertools

import pytest
from sqlalchemy.orm import Session

from journeys.criteria.custom.custom_history import custom_history
from journeys.criteria.custom.may import PURPOSES, may_edit, may_see
from journeys.criteria.custom.open_custom_form import open_custom_form
from journeys.criteria.custom.read_custom_values import read_custom_values
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation import acting, audit
from journeys.foundation import database as connections
from journeys.foundation.acting import House, Scope
from journeys.foundation.errors import Forbidden, Invalid, Missing
from tests import make
from tests.servers import Database
from tests.unit.criteria.custom.made import EVERYBODY, NOW, STAFF, a_field, a_patient, an_act, publish, say

pytestmark = pytest.mark.store

SEE = {"roles": ["nurse", "doctor"], "purposes": ["care", "emergency"]}
EDIT = {"roles": ["doctor"], "purposes": ["care"]}
ROLES = ("nurse", "doctor", "clerk")


@pytest.mark.parametrize(("role", "purpose"), list(itertools.product(ROLES, PURPOSES)))
def test_the_matrix_of_roles_and_purposes(role: str, purpose: str, session: Session) -> None:
    publish(session, "card", "text", see=SEE, edit=EDIT)
    person = a_patient(session)
    sees = role in SEE["roles"] and purpose in SEE["purposes"]
    edits = role in EDIT["roles"] and purpose in EDIT["purposes"]
    field = a_field("text", see=SEE, edit=EDIT)
    assert (may_see(field, [role], purpose), may_edit(field, [role], purpose)) == (sees, edits)
    act = an_act(purpose=purpose)
    if edits:
        assert set_custom_values(session, act, "patient", person, {"card": "A1"}, roles=[role]) == ["card"]
    else:
        with pytest.raises(Forbidden if sees else Invalid):
            set_custom_values(session, act, "patient", person, {"card": "A1"}, roles=[role])
    set_custom_values(session, an_act(), "patient", person, {"card": "B2"}, roles=["doctor"])
    found = read_custom_values(session, act, "patient", [person], roles=[role])
    assert found == {person: {"card": "B2"} if sees else {}}
    form = open_custom_form(session, act, "patient", person, roles=[role])
    assert [(each.field.slug, each.may_change) for each in form] == ([("card", edits)] if sees else [])
    if not sees:
        with pytest.raises(Missing):
            custom_history(session, act, "patient", person, "card", roles=[role])


def test_without_roles_there_is_nothing(session: Session) -> None:
    publish(session, "card", "text")
    person = a_patient(session)
    say(session, person, card="A1")
    assert read_custom_values(session, an_act(), "patient", [person]) == {person: {}}
    with pytest.raises(Invalid, match="There is no such field here"):
        set_custom_values(session, an_act(), "patient", person, {"card": "B2"})


def test_a_role_of_one_field_does_not_open_another_and_nothing_is_half_written(session: Session) -> None:
    publish(session, "open", "text")
    publish(session, "closed", "text", edit={"roles": ["consultant"], "purposes": ["care"]})
    person = a_patient(session)
    with pytest.raises(Forbidden):
        say(session, person, open="yes", closed="no")
    assert read_custom_values(session, an_act(), "patient", [person], roles=STAFF) == {person: {}}


def test_a_needed_field_is_not_asked_of_who_may_not_fill_it_in(session: Session) -> None:
    publish(session, "open", "text")
    edit = {"roles": ["consultant"], "purposes": ["care"]}
    publish(session, "closed", "text", edit=edit, required=["form"])
    assert say(session, a_patient(session), open="yes") == ["open"]


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_hidden_field_answers_as_one_that_is_not_there(is_asked: bool, session: Session) -> None:
    hidden = {"roles": ["doctor"], "purposes": ["care"]}
    rule = {"field": "custom.open", "is": "known" if is_asked else "unknown"}
    publish(session, "open", "text")
    publish(session, "viral-load", "number", visible_when=rule, see=hidden, edit=hidden, required=["form", "api"])
    person = a_patient(session)
    say(session, person, open="yes")
    for place in ("form", "api"):
        answers = []
        for slug in ("viral-load", "no-such"):
            for value in (1, None):
                with pytest.raises(Invalid) as refused:
                    set_custom_values(session, an_act(), "patient", person, {slug: value}, place, STAFF)
                answers.append([problem.says for problem in refused.value.problems])
        assert answers == [["There is no such field here"]] * 4


def test_reading_restricted_values_is_audited_and_only_theirs(session: Session) -> None:
    publish(session, "hiv", "choice", sensitivity="restricted")
    publish(session, "hobby", "text")
    one, two = a_patient(session), a_patient(session)
    say(session, one, hiv="never", hobby="chess")
    say(session, two, hobby="go")
    session.info.clear()
    read_custom_values(session, an_act(), "patient", [one, two], roles=STAFF)
    [note] = session.info[audit.NOTES]
    assert (note.action, note.subject, note.ids, note.patients) == ("R", "custom_value", [one], [one])
    assert note.detail == {"fields": ["hiv"], "on": "patient"}
    session.info.clear()
    read_custom_values(session, an_act(), "patient", [two], roles=STAFF)
    assert audit.NOTES not in session.info


def test_writing_notes_the_fields_and_never_what_they_say(session: Session) -> None:
    publish(session, "hobby", "text")
    person = a_patient(session)
    session.info.clear()
    say(session, person, hobby="a secret")
    notes = session.info[audit.NOTES]
    assert [(note.action, note.subject, note.patients) for note in notes] == [("U", "custom_value", [person])]
    assert "secret" not in repr(notes)


def test_another_branch_sees_and_writes_nothing(database: Database) -> None:
    owner = connections.connect(database.owner_url, connections.WORKER)
    with Session(owner) as session, session.begin():
        here, there = make.branch(session, "here"), make.branch(session, "there")
        person = make.person(session, at=there).id
        publish(session, "hobby", "text", see=EVERYBODY, edit=EVERYBODY)
        say(session, person, hobby="chess")
        mine, theirs = Scope(frozenset([here.id])), Scope(frozenset([there.id]))
    portal = connections.connect(database.url, connections.PORTAL)
    house = House(connections.sessions(portal))

    def read(scope: Scope) -> object:
        return acting.act(house, an_act(scope=scope), read_custom_values, "patient", [person], roles=STAFF)

    def write(scope: Scope) -> object:
        given = {"hobby": "go"}
        return acting.act(house, an_act(NOW, scope=scope), set_custom_values, "patient", person, given, roles=STAFF)

    assert read(mine) == {}
    with pytest.raises(Missing):
        write(mine)
    assert read(theirs) == {person: {"hobby": "chess"}}
    assert write(theirs) == ["hobby"]
    assert read(theirs) == {person: {"hobby": "go"}}
    for engine in (owner, portal):
        engine.dispose()
