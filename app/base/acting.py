"""How a screen asks the engine: `perform` runs a verb, `reading` opens a session that sees the person's branches only.

Both use the `Act` of the person who is signed in: now by the portal's clock, `user:<username>`, the branches where that
person works. A screen never opens a session or reads a clock by itself.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.base import clock
from app.base.asker import remembered, role_names
from app.base.bell import Bell
from journeys.flow.events.react import react
from journeys.foundation import audit, database
from journeys.foundation.acting import EVERYWHERE, Act, House, Scope, act, enter, no_bell, verb_name, write_refusal
from journeys.foundation.errors import Forbidden
from journeys.store import scope as store_scope

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def install(app: Flask, engine: Engine) -> None:
    """Give the application its House: sessions of the portal's role, the reactions, the bell."""
    settings = app.config["WAYMARK"]
    ring = Bell(settings).ring if settings.redis_url else no_bell
    app.extensions["house"] = House(sessions=database.sessions(engine), react=react, ring=ring)


def perform(
    verb: Callable[Concatenate[Session, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Run one verb as the signed-in person, whole or not at all. Raises what the verb raises.

    `Invalid` belongs to the form that was sent: `form.refuse(error.problems)`. Everything else may be left to the
    error pages.
    """
    return act(current_app.extensions["house"], the_act(), verb, *args, **kwargs)


def perform_for(
    purpose: str,
    verb: Callable[Concatenate[Session, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """The same for another purpose than care: what may be seen, and the audit, depend on it."""
    return act(current_app.extensions["house"], the_act(purpose), verb, *args, **kwargs)


def perform_for_all(
    verb: Callable[Concatenate[Session, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Run one verb as the signed-in person over every branch: one that counts the whole house and names nobody."""
    doing = dataclasses.replace(the_act(), scope=EVERYWHERE)
    return act(current_app.extensions["house"], doing, verb, *args, **kwargs)


def perform_by_link(
    verb: Callable[Concatenate[Session, Act, Parameters], Result],
    /,
    *args: Parameters.args,
    **kwargs: Parameters.kwargs,
) -> Result:
    """Run one verb for whoever has a link that the verb itself judges: it sees every branch, and must show nothing."""
    doing = Act(now=clock.now(), by="patient:link", scope=EVERYWHERE, purpose="care")
    return act(current_app.extensions["house"], doing, verb, *args, **kwargs)


@contextmanager
def reading(purpose: str = "care", verb: Callable[..., Any] | None = None) -> Iterator[tuple[Session, Act]]:
    """A session for reads, with the act they are made under; what was noted for the audit is written at its end.

    `verb` is what the audit names, and a refusal with it, where a page reads in one transaction what a verb gives and
    what it needs besides.
    """
    doing = the_act(purpose)
    name = verb_name(verb) if verb else f"portal.{request.endpoint}"
    house = current_app.extensions["house"]
    try:
        with house.sessions() as session, session.begin():
            enter(session, doing)
            audit.nothing_happened(session)
            yield session, doing
            audit.write(session, doing, name)
    except Forbidden:
        if verb:
            write_refusal(house, doing, name)
        raise


def asking() -> Session:
    """A session for what is no patient's, as names of branches. It has no scope, so of patients it sees nothing.

    Each of its statements is a transaction, so it can change nothing that belongs together.
    """
    session: Session = current_app.extensions["asking"]()
    return session


def tell(subject: str, by: str, outcome: str = "0") -> None:
    """Keep one thing for the audit that no verb does: who signed in or out, who was refused a screen."""
    doing = Act(now=clock.now(), by=by, scope=Scope(frozenset()), purpose="access")
    with current_app.extensions["house"].sessions() as session, session.begin():
        enter(session, doing)
        audit.note(session, "E", subject, outcome=outcome)
        audit.write(session, doing, f"portal.{request.endpoint}")


def the_act(purpose: str = "care") -> Act:
    """The act of this moment: a new one for each call, because time passes."""
    return Act(now=clock.now(), by=f"user:{current_user.username}", scope=signed_in_scope(), purpose=purpose)


def signed_in_scope() -> Scope:
    """The branches of the signed-in person, asked once per request."""
    if "scope" not in g:
        g.scope = store_scope.scope_within(roles_in_force())
    return g.scope


def signed_in_roles() -> frozenset[str] | None:
    """Whose queues the signed-in person works on, asked once per request; None: everybody's, no branch bounds them."""
    codes = store_scope.codes_of(roles_in_force())
    return None if store_scope.EVERY_BRANCH in codes else codes


def roles_in_force() -> list[store_scope.Role]:
    """What the signed-in person works as today, and where, read together with who they are."""
    if "roles_in_force" not in g:
        asker = remembered(current_user)
        g.roles_in_force = list(asker.roles) if asker else read_roles()
    return g.roles_in_force


def read_roles() -> list[store_scope.Role]:
    """The same, asked by itself."""
    return store_scope.roles_in_force(asking(), current_user.username, clock.now().date())


def portal_roles() -> frozenset[str]:
    """The portal's roles of the signed-in person (`staff`, `consultant`, …): what custom fields are opened for."""
    if "portal_roles" not in g:
        # `current_user.roles` would leave a session to be rolled back, and its connection forgets all it has prepared
        g.portal_roles = role_names(asking(), current_user.id)
    return g.portal_roles


def look_again() -> None:
    """Forget what this request knows of the signed-in person: account, rights, branches. A long answer asks anew.

    Whoever may not sign in any more is nobody from then on.
    """
    current_app.appbuilder.session.remove()
    current_app.extensions["asking"].remove()
    for known in ("_login_user", "user", "asker", "scope", "roles_in_force", "portal_roles", "granted"):
        g.pop(known, None)
