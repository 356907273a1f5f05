"""Which role may do what, read-only: roles are data in `seed/roles.yaml`."""

from flask_babel import gettext

from app.base import Screen, allowed, expose
from app.security.roles import read_roles


class Roles(Screen):
    """One panel a role."""

    name = "roles"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every role with its screens and rights."""
        return self.page("pages/roles.html", title=gettext("Roles"), roles=read_roles())
