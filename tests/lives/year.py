"""A clinic in which a year is lived: its portal, its workers, what EMRs send, on one clock that is put forward."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from journeys.foundation.acting import EVERYWHERE, Act, act
from journeys.store.importing.load import Choices, Summary, load
from journeys.worker.jobs import ESCALATE
from journeys.worker.workshop import Workshop
from tests.portal.house import sign_in, token_of

NEW_YORK = ZoneInfo("America/New_York")
IN_TURN = ("identity", "refresh", "due", "enrol", "advance", "plan", "deliver", ESCALATE)
"""One thing leads to the next."""


class Year:
    """One clinic and its clock. `works` says whether Waymark works there, `places` are its branches by slug."""

    workshop: Workshop

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.now = dt.datetime(2026, 1, 5, 9, tzinfo=NEW_YORK)
        self.works = True
        self.places: dict[str, int] = {}
        self.clients: dict[str, FlaskClient] = {}
        app.config["CLOCK"] = self.clock

    def clock(self) -> dt.datetime:
        """What every clock of the clinic shows."""
        return self.now.astimezone(dt.UTC)

    def on(self, month: int, day: int, hour: int = 9) -> None:
        """Put the clocks forward to a local hour, and let the workers do what has come up."""
        to = dt.datetime(2026, month, day, hour, tzinfo=NEW_YORK)
        assert to >= self.now
        self.now = to
        if self.works:
            self.work()

    def work(self) -> None:
        """The workers do what there is to do at this time, twice: what the first round sent is answered in the next."""
        for _ in range(2):
            for name in IN_TURN:
                while self.workshop.work_off(name, 0, 1):
                    continue

    def do(self, verb: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
        """Run a verb as the setup of the clinic."""
        return act(self.workshop.house, Act(self.clock(), "test:year", EVERYWHERE), verb, *args, **arguments)

    def arrives(self, source: str, branch: str, *resources: dict[str, Any]) -> Summary:
        """The EMR of a branch sends records; the workers do what follows from them."""
        file = self.folder / f"{source}.ndjson"
        file.write_text("\n".join(json.dumps(each) for each in resources))
        choices = Choices(source=source, branch=branch)
        summary = load(self.workshop.house, self.clock(), "worker:import", [file], choices)
        assert summary.total("rejected") == 0, summary.counts
        return summary

    def client(self, who: str) -> FlaskClient:
        """Somebody's browser; they sign in once and again when their session has ended."""
        client = self.clients.setdefault(who, self.app.test_client())
        if client.get("/today/").status_code != 200:
            assert sign_in(client, who) == 303
        return client

    def opens(self, who: str, path: str) -> str:
        """A page that somebody looks at."""
        answer = self.client(who).get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def sends(self, who: str, path: str, at: str, **fields: str) -> Any:
        """A form that somebody fills in, on the page `at`."""
        answer = self.client(who).post(path, data={"csrf_token": token_of(self.opens(who, at)), **fields})
        assert answer.status_code in (200, 303), (path, answer.status_code, answer.text[-3000:])
        return answer
