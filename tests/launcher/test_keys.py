"""Keys are made for an empty database, and never anew for one that holds patients."""

import stat

import pytest
from sqlalchemy.orm import Session

from config import Settings
from journeys.foundation import secrets
from journeys.foundation.database import OWNER, connect
from launcher.errors import LaunchError
from launcher.preparing import install_keys
from tests import make

pytestmark = pytest.mark.store


@pytest.fixture
def settings(database, tmp_path):
    yield Settings.from_environment({"DATABASE_URL": database.url, "WAYMARK_VAR": str(tmp_path)})
    secrets.install(secrets.Keyring.for_tests())


def test_an_empty_database_gets_keys_that_only_we_can_read(settings, console, said):
    install_keys(settings, console)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert "keep a copy" in said.getvalue()
    written = settings.key_file.read_bytes()
    install_keys(settings, console)
    assert settings.key_file.read_bytes() == written


def test_a_database_with_patients_never_gets_new_keys(settings, console):
    engine = connect(settings.database_url, OWNER)
    with Session(engine) as session, session.begin():
        make.person(session)
    engine.dispose()
    with pytest.raises(LaunchError, match="only its keys can open"):
        install_keys(settings, console)
    assert not settings.key_file.exists()
