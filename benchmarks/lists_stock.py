"""Beside `lists`: an application of Flask-AppBuilder as it comes, and a `ModelScreen` added to the portal."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_appbuilder import AppBuilder, Model, ModelView
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import BigInteger, Column, Date, DateTime, Text

from app.base import ModelScreen
from app.base.tables import Table

COLUMNS = ["id", "birth_date", "gender", "language", "payer_class", "managing_location_id", "updated_at"]
SEARCHED = ["birth_date", "gender", "language", "payer_class"]


def columns() -> dict[str, Any]:
    """The columns that both sides list."""
    return {
        "id": Column(BigInteger, primary_key=True),
        "birth_date": Column(Date),
        "gender": Column(Text),
        "language": Column(Text),
        "payer_class": Column(Text),
        "managing_location_id": Column(BigInteger),
        "updated_at": Column(DateTime(timezone=True)),
    }


StockPatient = type("StockPatient", (Model,), {"__tablename__": "patient", **columns()})
PlainPatient = type("PlainPatient", (Model,), {"__tablename__": "plain", **columns()})
Copy = type("Copy", (Model,), {"__tablename__": "copied", **columns()})


class Stock(ModelView):
    """The patients, as a stock view lists them."""

    datamodel = SQLAInterface(StockPatient)
    route_base = "/stock"
    list_columns = COLUMNS
    search_columns = SEARCHED
    page_size = 25
    base_permissions = ["can_list"]  # noqa: RUF012


class Copied(Stock):
    """The copy without policies, likewise."""

    datamodel = SQLAInterface(Copy)
    route_base = "/copied"


class Plain(Stock):
    """The same rows in a table with nothing but its key: what a stock view meets where nobody thought of lists."""

    datamodel = SQLAInterface(PlainPatient)
    route_base = "/plain"


class Copies(ModelScreen):
    """The copy without policies, as a screen of the portal lists it."""

    name = "copies"
    datamodel = Table(Copy)
    list_columns = COLUMNS
    search_columns = SEARCHED
    base_permissions = ["can_list"]  # noqa: RUF012


Copies.class_permission_name = "users"
"""Whoever may list the portal's people may list the copies: setup made that right, and it is Ada's."""


def stock_client(url: str) -> FlaskClient:
    """A browser of a stock application in which everybody may see everything."""
    app = Flask("stock")
    app.config.update(
        SECRET_KEY="a benchmark keeps no secret",
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_TRACK_MODIFICATIONS=False,
        AUTH_ROLE_PUBLIC="Admin",
        FAB_ADD_SECURITY_VIEWS=False,
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=False,
    )
    db = SQLA()
    db.init_app(app)
    with app.app_context():
        builder = AppBuilder(app, db.session)
        builder.add_view_no_menu(Stock)
        builder.add_view_no_menu(Copied)
        builder.add_view_no_menu(Plain)
    return app.test_client()


def with_model_screen(app: Flask) -> None:
    """Add the screen to the portal."""
    with app.app_context():
        app.appbuilder.add_view_no_menu(Copies)
