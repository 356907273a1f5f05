"""Settings are read whole, wrong ones are all told at once, and children get the same ones."""

from pathlib import Path

import pytest

from config import PROJECT, Settings, SettingsError


def read(**environment):
    return Settings.from_environment(environment)


def problems(**environment):
    with pytest.raises(SettingsError) as caught:
        read(**environment)
    return caught.value.problems


def test_nothing_is_needed():
    settings = read()
    assert (settings.port, settings.database_url, settings.demo) == (8080, "", True)
    assert settings.key_file == PROJECT / "var" / "keys" / "waymark.key"
    assert settings.public_url == "http://localhost:8080"


def test_what_is_empty_counts_as_not_given():
    assert read(WAYMARK_PORT="  ", DATABASE_URL="") == read()


def test_children_get_the_same_settings():
    settings = read(
        DATABASE_URL="postgres://me@there/waymark",
        WAYMARK_VAR="/srv/waymark",
        WAYMARK_PORT="9000",
        WAYMARK_WORKER_QUEUES="urgent, default, default",
        WAYMARK_DEMO="no",
    )
    assert Settings.from_environment(settings.to_environment()) == settings
    assert settings.worker_queues == ("urgent", "default", "default")
    assert settings.database_url == "postgresql+psycopg://me@there/waymark"
    assert settings.key_file == Path("/srv/waymark/keys/waymark.key")


def test_every_wrong_value_is_told_at_once():
    told = problems(
        DATABASE_URL="mysql://here/db",
        REDIS_URL="here",
        WAYMARK_PORT="eighty",
        WAYMARK_WORKER_HEALTH_PORT="70000",
        WAYMARK_DEMO="maybe",
        WAYMARK_LOG_LEVEL="loud",
        WAYMARK_SESSION_IDLE_MINUTES="90",
        WAYMARK_WORKER_QUEUES="URGENT!",
        WAYMARK_PUBLIC_URL="waymark.example.org",
        WAYMARK_SMTP_URL="mail",
    )
    assert len(told) == 10
    assert "WAYMARK_PORT must be a whole number, not 'eighty'." in told


def test_a_production_has_no_demo_and_an_address_over_https():
    assert read(WAYMARK_PRODUCTION="1", WAYMARK_PUBLIC_URL="https://waymark.example.org/").demo is False
    assert len(problems(WAYMARK_PRODUCTION="1", WAYMARK_DEMO="1")) == 2


def test_every_setting_says_what_it_does_under_a_name_of_its_own():
    fields = Settings.__dataclass_fields__.values()
    variables = [field.metadata["variable"] for field in fields]
    assert len(set(variables)) == len(variables)
    assert all(field.metadata["means"].endswith(".") for field in fields)
