"""Lists over 1,000,000 patients: the Patients screen and a `ModelScreen`, each against a stock Flask-AppBuilder
`ModelView` over the same rows, 25 a page, in turn through in-process clients.

The stock side is Flask-AppBuilder as it comes, on a table as it comes: with its key, without the indexes that our lists
brought. `…-with-our-indexes` is the same with them, told beside it. Either stock side has every other advantage: the
owner's connection, on which no row-level policy is evaluated, no signed-in person, no audit, and the collections of
memory that the portal's server spares. What it does besides is to count every row for every page and to read page
39,000 by way of all pages before it. The portal's side is the whole thing: session, rights, branches of the person,
opened names, audit.

Goals: `p95` of ours at most 0.3 of stock's for each page (`../shared/reference/performance.md` 6, whose stock has
none of our indexes either); a search by name or number at most our own first page's. `told` are those of somebody who
works at one branch only. PATIENTS=100000 in the environment tries it with fewer.
"""

import os
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.base import a_cluster, analyse
from benchmarks.lists_stock import stock_client, with_model_screen
from benchmarks.names import FAMILIES, GIVEN, family_name, given_name, loading, name_everybody, phone_of
from benchmarks.population import MILLION, make_people
from journeys.foundation import database
from journeys.store.organisation import Practitioner, PractitionerRole
from launcher.web import keep_what_is_there
from tests.figures import Figure, at_most, told
from tests.make import NOON
from tests.portal.house import prepared_portal, settings_for, sign_in, token_of
from tests.servers import Cluster, redis_server

PATIENTS = int(os.environ.get("PATIENTS", MILLION))
REQUESTS = int(os.environ.get("REQUESTS", "120"))
"""Of each kind; one in twenty is above p95."""

MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}
MOST_OF_STOCK = 0.3
MOST_OF_FIRST_PAGE = 1.0
DEEP = 0.975
"""The part of all patients that lies before the deep page."""

DEEP_ONE = text("SELECT id FROM patient ORDER BY id OFFSET :before LIMIT 1")

Ask = Callable[[], object]


@dataclass
class Clients:
    """Who asks: a stock application, Carl of every branch, Nina of one, Ada who sees the portal's own lists; and where
    deep pages begin."""

    stock: FlaskClient
    carl: FlaskClient
    nina: FlaskClient
    ada: FlaskClient
    deep: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311 - the same words every time
    tokens: dict[int, str] = field(default_factory=dict)

    def stock_list(self, name: str, **asked: object) -> Ask:
        """A stock list of the patients, of the copy without policies, or of the one without indexes."""
        address = f"/{name.lower()}/list/?" + "&".join(f"{key}_{name}={value}" for key, value in asked.items())
        address = re.sub(r"(_flt_3)_\w+?=", r"\1_language=", address)
        return lambda: page_of(self.stock, address)

    def ours(self, client: FlaskClient, address: str) -> Ask:
        return lambda: page_of(client, address)

    def search(self, client: FlaskClient, typed: Callable[[], str]) -> Ask:
        """Find somebody; what is typed is another one each time."""
        token = token_of(client.get("/patients/").text)
        return lambda: found(client.post("/patients/", data={"csrf_token": token, "text": typed(), "born": ""}))

    def a_name(self) -> str:
        return family_name(int(FAMILIES * self.chance.random() ** 3)).lower()

    def two_names(self) -> str:
        return f"{self.a_name()} {given_name(int(GIVEN * self.chance.random() ** 3))[:3]}"

    def a_number(self) -> str:
        return phone_of(1 + self.chance.randrange(PATIENTS))


def figures() -> Iterator[Figure]:
    """Ratios of p95, and the milliseconds behind them."""
    with redis_server() as redis_url, tempfile.TemporaryDirectory() as folder, a_cluster(MEMORY) as cluster:
        clients = ready(cluster, redis_url, Path(folder))
        times = measured(cases(clients))
    for name, milliseconds in times.items():
        yield told(f"lists.{name}.p50", percentile(milliseconds, 50))
        yield told(f"lists.{name}.p95", percentile(milliseconds, 95))
    for page in ("first", "sort", "filter", "deep"):
        for side in ("patients", "screen"):
            ours = percentile(times[f"{side}.{page}"], 95)
            plain = "deep-of-screen" if (side, page) == ("screen", "deep") else page
            ratio = ours / percentile(times[f"plain.{plain}"], 95)
            yield at_most(f"lists.{side}.{page}.p95-of-stock", ratio, MOST_OF_STOCK)
            helped = ours / percentile(times[f"stock-{side}.{page}"], 95)
            yield told(f"lists.{side}.{page}.p95-of-stock-with-our-indexes", helped)
    first = percentile(times["patients.first"], 95)
    for kind in ("name", "two-names", "number"):
        ratio = percentile(times[f"search.{kind}"], 95) / first
        yield at_most(f"lists.search.{kind}.p95-of-first-page", ratio, MOST_OF_FIRST_PAGE)


def cases(clients: Clients) -> dict[str, Ask]:
    """Every request by its name; those of one round are asked one after the other."""
    page = int(PATIENTS * DEEP) // 25
    carl, nina = clients.carl, clients.nina
    return {
        "plain.first": clients.stock_list("Plain"),
        "plain.sort": clients.stock_list("Plain", _oc="birth_date", _od="desc"),
        "plain.filter": clients.stock_list("Plain", _flt_3="es"),
        "plain.deep": clients.stock_list("Plain", page=page),
        "plain.deep-of-screen": clients.stock_list("Plain", page=min(page, 999)),
        "stock-patients.first": clients.stock_list("Stock"),
        "patients.first": clients.ours(carl, "/patients/"),
        "stock-patients.sort": clients.stock_list("Stock", _oc="birth_date", _od="desc"),
        "patients.sort": clients.ours(carl, "/patients/?sort=born&order=down"),
        "stock-patients.filter": clients.stock_list("Stock", _flt_3="es"),
        "patients.filter": clients.ours(carl, "/patients/?language=es"),
        "stock-patients.deep": clients.stock_list("Stock", page=page),
        "patients.deep": clients.ours(carl, f"/patients/?after={clients.deep}"),
        "stock-screen.first": clients.stock_list("Copied"),
        "screen.first": clients.ours(clients.ada, "/copies/list/"),
        "stock-screen.sort": clients.stock_list("Copied", _oc="birth_date", _od="desc"),
        "screen.sort": clients.ours(clients.ada, "/copies/list/?_oc_Copies=birth_date&_od_Copies=desc"),
        "stock-screen.filter": clients.stock_list("Copied", _flt_3="es"),
        "screen.filter": clients.ours(clients.ada, "/copies/list/?_flt_3_language=es"),
        "stock-screen.deep": clients.stock_list("Copied", page=min(page, 999)),
        "screen.deep": clients.ours(clients.ada, f"/copies/list/?page_Copies={min(page, 999)}"),
        "search.name": clients.search(carl, clients.a_name),
        "search.two-names": clients.search(carl, clients.two_names),
        "search.number": clients.search(carl, clients.a_number),
        "one-branch.first": clients.ours(nina, "/patients/"),
        "one-branch.sort": clients.ours(nina, "/patients/?sort=born&order=down"),
        "one-branch.filter": clients.ours(nina, "/patients/?language=es"),
        "one-branch.search": clients.search(nina, clients.a_name),
    }


def measured(asks: dict[str, Ask]) -> dict[str, list[float]]:
    """Milliseconds of each request, round after round; the first rounds warm everything up."""
    times: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(REQUESTS + 3):
        for name, ask in asks.items():
            begin = time.perf_counter()
            ask()
            if number >= 3:
                times[name].append(1000 * (time.perf_counter() - begin))
    return times


def percentile(milliseconds: list[float], percent: int) -> float:
    return statistics.quantiles(milliseconds, n=100, method="inclusive")[percent - 1]


def ready(cluster: Cluster, redis_url: str, folder: Path) -> Clients:
    """A portal and a stock application on the same database with everybody in it."""
    fresh = cluster.new()
    owner = database.connect(fresh.url, database.OWNER)
    app = prepared_portal(settings_for(fresh, redis_url, folder))
    with loading(owner):
        make_people(owner, PATIENTS, NOON)
        name_everybody(owner)
    copy_without_policies(owner)
    give_branches(owner)
    with_model_screen(app)
    carl, nina, ada = app.test_client(), app.test_client(), app.test_client()
    assert sign_in(carl, "carl") == sign_in(nina, "nina") == sign_in(ada, "ada") == 303
    with owner.connect() as connection:
        deep = connection.execute(DEEP_ONE, {"before": int(PATIENTS * DEEP)}).scalar_one()
    stock = stock_client(fresh.url)
    keep_what_is_there()
    return Clients(stock, carl, nina, ada, deep)


def copy_without_policies(owner: Engine) -> None:
    """The facts that lists show in tables of their own: for a screen that reads no patients, and for a stock view."""
    columns = "birth_date, gender, language, payer_class, managing_location_id, updated_at"
    with owner.begin() as connection:
        connection.execute(text(f"CREATE TABLE copied AS SELECT id, {columns} FROM patient"))
        connection.execute(text("ALTER TABLE copied ADD PRIMARY KEY (id)"))
        connection.execute(text(f"CREATE TABLE plain AS SELECT id, {columns} FROM patient"))
        connection.execute(text("ALTER TABLE plain ADD PRIMARY KEY (id)"))
        for column in columns.split(", "):
            connection.execute(text(f"CREATE INDEX ON copied ({column}, id)"))
        connection.execute(text(f"GRANT SELECT ON copied TO {database.PORTAL}"))
    analyse(owner)


def give_branches(owner: Engine) -> None:
    """Carl works everywhere, Nina at the first branch."""
    with Session(owner) as session, session.begin():
        first = session.execute(text("SELECT id FROM location WHERE slug = 'branch-1'")).scalar_one()
        for username, facts in (("carl", {"code": "every-branch"}), ("nina", {"location_id": first})):
            person = Practitioner(username=username, name=username)
            session.add(person)
            session.flush()
            session.add(PractitionerRole(practitioner_id=person.id, **facts))


def page_of(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (answer.status_code, address)
    assert answer.text.count("<tr") > 1, address


def found(answer) -> None:
    assert answer.status_code == 200, answer.status_code
    assert 'class="row-name"' in answer.text or "Nobody found" in answer.text
