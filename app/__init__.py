"""The portal: it shows and asks, and holds no rule. `README.md` beside this file says how to add a screen."""

from flask import Flask

from app import fhir, menu
from app.base import acting, assets, cells, confirming, errors, headers, look, once, refusals, sessions, words
from app.base.configuration import flask_configuration
from app.base.database import asking, closed_with_request, is_prepared, owner_engine, portal_engine, scoped
from app.base.house import Portal
from app.doors import channels, fhir_hooks, health, web_texts
from app.security import gate
from config import Settings
from journeys.foundation.errors import Unavailable

NOT_PREPARED = "The portal's tables are missing from this database. Run: python run.py setup"


def create_app(settings: Settings, *, preparing: bool = False) -> Flask:
    """The portal as a WSGI application.

    `preparing` is for `app.setup` alone: it connects as the owner of the database and lets Flask-AppBuilder write
    its tables and permissions, which web processes never do. Unavailable says that this has not been done yet.
    """
    app = Flask(__name__)
    app.config.from_mapping(flask_configuration(settings, preparing))
    engine = owner_engine(settings) if preparing else portal_engine(settings)
    if not preparing and not is_prepared(engine):
        engine.dispose()
        raise Unavailable(NOT_PREPARED)
    app.extensions["portal_engine"] = engine
    app.extensions["asking"] = closed_with_request(app, lambda: asking(app))
    session = scoped(app)
    sessions.install(app)
    headers.install(app)
    words.install(app)
    look.install(app)
    cells.install(app)
    once.install(app)
    assets.install(app)
    with app.app_context():
        appbuilder = Portal()
        appbuilder.init_app(app, session)
        menu.install(appbuilder)
    words.choose_locale_by_preference(app)
    channels.install(app)
    fhir_hooks.install(app)
    fhir.install(app)
    gate.install(app)
    confirming.install(app)
    errors.install(app)
    health.install(app)
    web_texts.install(app)
    acting.install(app, engine)
    refusals.install(app)
    return app
