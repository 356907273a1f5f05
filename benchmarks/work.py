"""The inbox at 1,000,000 conversations, the queues at 200,000 open tasks, 32 clerks who take the next one, and the
decision about a freed time for which 5,000 wait.

Lists: the server's processor time for all statements of the act as the portal runs it (scope, page, last words, audit),
policies included, against one query by hand as owner that finds the same lines. Claims: whole acts against a loop that
takes the first free task by one UPDATE with SKIP LOCKED, both in 32 threads of one process; the processor time of
both is told beside it. `CONVERSATIONS=100000` in the environment tries it with fewer.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from sqlalchemy import Engine, text

from benchmarks.base import Processor, a_cluster, an_engine, seconds, used
from benchmarks.population import MILLION
from benchmarks.work_backfill import backfill_figures
from benchmarks.work_world import OPEN_PART, QUEUES, make_work
from journeys.desk.inbox import inbox
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, Scope, act
from journeys.store.lists.keyset import BEGINNING, Place
from journeys.work.claim_next import claim_next
from journeys.work.my_tasks import my_tasks
from journeys.work.queues import queues
from tests.figures import Figure, at_least, at_most, exactly, told
from tests.make import NOON

CONVERSATIONS = int(os.environ.get("CONVERSATIONS", MILLION))
MOST_OF_BARE = 3.0
LEAST_CLAIMS_OF_BARE = 0.7
ROUNDS = 40
CLERKS = 32
CLAIMS = max(min(40, CONVERSATIONS // OPEN_PART // QUEUES // 2 // CLERKS), 1)
"""Of each clerk; a queue has enough for all of them."""

MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}

LINES = """
SELECT c.*, p.uid, p.name_sealed, q.name, t.title, said.body_sealed FROM conversation c
JOIN patient p ON p.id = c.patient_id
LEFT JOIN task_queue q ON q.id = c.queue_id
LEFT JOIN task t ON t.id = c.task_id AND c.status <> 'closed'
LEFT JOIN LATERAL (
  SELECT m.body_sealed FROM conversation_entry e JOIN message m ON m.id = e.subject_id
  WHERE e.conversation_id = c.id AND e.kind = 'arrived' ORDER BY e.at DESC, e.id DESC LIMIT 1
) said ON true
WHERE {where} ORDER BY {order} LIMIT 26
"""
TASKS = """
SELECT t.*, q.name FROM task t JOIN task_queue q ON q.id = t.queue_id
WHERE t.status IN ('requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold') AND {where}
ORDER BY coalesce(t.due_at, '9999-01-01 00:00+00'), t.id LIMIT 51
"""
LOADS = """
SELECT q.slug, count(t.id), count(t.id) FILTER (WHERE t.owner IS NULL), count(t.id) FILTER (WHERE t.due_at < :now)
FROM task_queue q LEFT JOIN task t ON t.queue_id = q.id
AND t.status IN ('requested', 'received', 'accepted', 'ready', 'in-progress', 'on-hold')
WHERE q.active GROUP BY q.id ORDER BY q.slug
"""
DEEP = "SELECT id FROM conversation WHERE status = 'open' ORDER BY stands_at DESC, id DESC OFFSET 100 LIMIT 1"
TAKE = """
UPDATE task SET owner = %s, status = 'accepted', claimed_at = %s, row_version = row_version + 1
WHERE id = (
  SELECT id FROM task WHERE queue_id = %s AND owner IS NULL
  AND status IN ('requested', 'received', 'accepted', 'ready', 'in-progress')
  ORDER BY urgency, due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""


@dataclass
class World:
    """A database with everybody at work, its owner's connections and the portal's house."""

    owner: Engine
    portal: Engine
    house: House

    def doing(self, scope: Scope = EVERYWHERE, by: str = "user:clerk-1") -> Act:
        return Act(NOON, by, scope)


def figures() -> Iterator[Figure]:
    """Ratios against bare queries, and the milliseconds behind them."""
    with a_cluster(MEMORY) as cluster, an_engine(cluster) as owner:
        make_work(owner, CONVERSATIONS, NOON)
        url = owner.url.render_as_string(hide_password=False)
        portal = database.connect(url, database.PORTAL, pool_size=CLERKS)
        world = World(owner, portal, House(database.sessions(portal)))
        yield from list_figures(world)
        yield from claim_figures(world)
        portal.dispose()
        yield from backfill_figures(cluster)


def list_figures(world: World) -> Iterator[Figure]:
    """Each page of the inbox and of the queues."""
    with world.owner.connect() as connection:
        deep = connection.execute(text(DEEP)).scalar_one()
        queue = connection.execute(text("SELECT id FROM task_queue WHERE slug = 'queue-7'")).scalar_one()
        branch = connection.execute(text("SELECT id FROM location ORDER BY id LIMIT 1")).scalar_one()
    here = Scope(frozenset({branch}))
    with world.owner.connect() as connection:
        for name, ours, bare in pages(world, deep, queue):
            by_hand = partial(connection.execute, text(bare).bindparams(**({"now": NOON} if ":now" in bare else {})))
            mine, near, least = (
                server_seconds(each) for each in (partial(ours, EVERYWHERE), partial(ours, here), by_hand)
            )
            yield told(f"work.{name}.milliseconds", 1000 * mine)
            yield told(f"work.{name}.one-branch.milliseconds", 1000 * near)
            yield told(f"work.{name}.bare-milliseconds", 1000 * least)
            yield at_most(f"work.{name}.of-bare", mine / least, MOST_OF_BARE)


def pages(world: World, deep: int, queue: int) -> list[tuple[str, Callable[[Scope], Any], str]]:
    """Each page by name: the act in a scope, and the query by hand."""

    def box(name: Any, place: Place = BEGINNING) -> Callable[[Scope], Any]:
        return lambda scope: act(world.house, world.doing(scope), inbox, name, place)

    def tasks(whose: Any, slug: str | None = None) -> Callable[[Scope], Any]:
        return lambda scope: act(world.house, world.doing(scope), my_tasks, whose, slug)

    is_open, standing = "c.status = 'open'", "c.stands_at, c.id"
    after = f"(c.stands_at, c.id) > (SELECT stands_at, id FROM conversation WHERE id = {deep})"
    return [
        ("inbox.everyone", box("everyone"), LINES.format(where=is_open, order=standing)),
        ("inbox.deep", box("everyone", Place(deep)), LINES.format(where=f"{is_open} AND {after}", order=standing)),
        ("inbox.mine", box("mine"), LINES.format(where=f"{is_open} AND c.owner = 'clerk-1'", order=standing)),
        ("inbox.nobodys", box("nobodys"), LINES.format(where=f"{is_open} AND c.owner IS NULL", order=standing)),
        ("inbox.resting", box("resting"), LINES.format(where="c.status = 'waiting'", order="c.returns_at, c.id")),
        ("inbox.closed", box("closed"), LINES.format(where="c.status = 'closed'", order="c.closed_at DESC, c.id DESC")),
        ("tasks.everyone", tasks("everyone"), TASKS.format(where="true")),
        ("tasks.unclaimed", tasks("unclaimed"), TASKS.format(where="t.owner IS NULL")),
        ("tasks.mine", tasks("mine"), TASKS.format(where="t.owner = 'clerk-1'")),
        ("tasks.queue", tasks("everyone", "queue-7"), TASKS.format(where=f"t.queue_id = {queue}")),
        ("queues", lambda scope: act(world.house, world.doing(scope), queues), LOADS),
    ]


def server_seconds(doing: Callable[[], object]) -> float:
    """The processor time of the database server for doing it once, of many times."""
    doing()
    begin = of_server()
    for _ in range(ROUNDS):
        doing()
    return (of_server() - begin) / ROUNDS


def of_server() -> float:
    """The processor time of the server so far."""
    return sum(used(each) for each in (Processor.server, *Processor.server.children()))


def claim_figures(world: World) -> Iterator[Figure]:
    """32 clerks take what is next: no task twice, and how fast."""
    taken: list[int] = []
    ours = claims(lambda clerk: take_ours(world, clerk, taken))
    yield exactly("work.claims.taken-twice", len(taken) - len(set(taken)), 0)
    yield exactly("work.claims.not-taken", CLERKS * CLAIMS - len(taken), 0)
    bare = claims(lambda clerk: take_bare(world, clerk))
    yield told("work.claims.a-second", CLERKS * CLAIMS / ours.wall)
    yield told("work.claims.bare-a-second", CLERKS * CLAIMS / bare.wall)
    yield told("work.claims.processor-time-of-bare", ours.processor / bare.processor)
    yield at_least("work.claims.part-of-bare", bare.wall / ours.wall, LEAST_CLAIMS_OF_BARE)


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of the processor."""

    wall: float
    processor: float


def claims(of_clerk: Callable[[int], None]) -> Took:
    """All clerks at once."""
    clerks = [threading.Thread(target=of_clerk, args=(number,)) for number in range(CLERKS)]

    def run() -> None:
        for each in clerks:
            each.start()
        for each in clerks:
            each.join()

    began = time.perf_counter()
    processor = seconds(run)
    return Took(time.perf_counter() - began, processor)


def take_ours(world: World, clerk: int, taken: list[int]) -> None:
    """One clerk's claims, each a whole act."""
    for _ in range(CLAIMS):
        task = act(world.house, world.doing(by=f"user:racer-{clerk}"), claim_next, "queue-1")
        if task is not None:
            taken.append(task.id)


def take_bare(world: World, clerk: int) -> None:
    """One clerk's claims by hand."""
    url = world.owner.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        queue = connection.execute("SELECT id FROM task_queue WHERE slug = 'queue-2'").fetchall()[0][0]
        for _ in range(CLAIMS):
            connection.execute(TAKE, [f"racer-{clerk}", NOON, queue]).fetchone()
