"""What a reader chooses for this browser: language and theme. Two cookies keep it, so it holds before signing in."""

import datetime as dt

from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from app.base import Screen, anyone, expose
from app.base.look import THEME_COOKIE, THEMES
from app.base.words import COOKIE
from app.security.gate import safe_target

ONE_YEAR = dt.timedelta(days=365)


class Preferences(Screen):
    """Two small forms in the top bar; without scripts they work by reloading the page."""

    name = "preferences"
    default_view = "language"

    @expose("/language", methods=("POST",))
    @anyone
    def language(self) -> Response:
        """Choose a language."""
        chosen = request.form.get("language", "")
        return self._keep(COOKIE, chosen if chosen in current_app.config["LANGUAGES"] else "")

    @expose("/theme", methods=("POST",))
    @anyone
    def theme(self) -> Response:
        """Choose light or dark; anything else leaves it to the system."""
        chosen = request.form.get("theme", "")
        return self._keep(THEME_COOKIE, chosen if chosen in THEMES else "")

    def _keep(self, cookie: str, value: str) -> Response:
        answer = redirect(safe_target(request.form.get("back")) or "/", 303)
        if value:
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            answer.set_cookie(cookie, value, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True)
        else:
            answer.delete_cookie(cookie)
        return answer
