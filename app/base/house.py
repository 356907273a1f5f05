"""Flask-AppBuilder with nothing in it but the screens of `app/menu.py`."""

from flask import url_for
from flask_appbuilder import AppBuilder

from app.security.manager import PortalSecurityManager


class Portal(AppBuilder):
    """An AppBuilder that registers no screen by itself.

    Stock Flask-AppBuilder adds a welcome page, a page history kept in the session, a language switch by GET and a
    password-only API; here `app.menu.install` adds every screen, so that what is reachable can be read in one table.
    """

    def __init__(self) -> None:
        super().__init__(security_manager_class=PortalSecurityManager)

    def _add_admin_views(self) -> None:
        """Add none: see `app/menu.py`."""

    @property
    def get_url_for_index(self) -> str:
        """The address of the first page."""
        return url_for("home.index")
