"""The address `/`: sends everybody to the first page of their own menu."""

from flask import current_app, redirect
from werkzeug.wrappers import Response

from app.base import Screen, expose, signed_in


class Home(Screen):
    """Where signing in leads to."""

    name = "home"

    @expose("/")
    @signed_in
    def index(self) -> Response | tuple[str, int]:
        """To the first entry of the menu; a person without any sees why."""
        groups = current_app.jinja_env.globals["menu"]()
        for _heading, links in groups:
            return redirect(links[0].address)
        return self.page("pages/no_role.html")
