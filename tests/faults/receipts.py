"""Row F16: receipts that come up to five times, in any order, before the sending is written down, after three days, or
from somebody who is not the provider. What is known never goes back."""

import datetime as dt
import random
from collections import Counter
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from journeys.contact.accounts.door import LINK
from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Delivery, Outcome
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.inbound.keep_delivery import keep_delivery
from journeys.contact.media import MEDIA
from journeys.contact.replies.signatures import twilio_content, twilio_signature
from journeys.contact.sending.deliver import deliver
from journeys.foundation import links
from journeys.foundation.acting import act
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.contact import Message
from tests.faults.alone import CARRIER, Alone, alone
from tests.faults.providers import Played
from tests.make import NOON, an_act

SECRET = "12345"  # noqa: S105 - of a provider that stands here
DOOR = "https://clinic.example/in/x"
HISTORIES = (("sent",), ("sent", "delivered"), ("sent", "undelivered"), ("delivered",), ("undelivered", "delivered"))
MEANS = {"sent": "accepted", "undelivered": "undeliverable", "delivered": "delivered"}
RANK = ("accepted", "undeliverable", "delivered")
MOST_REPEATED = 5
OF_A_MESSAGE = 8
"""About so many receipts come for each message."""

LATE = NOON + dt.timedelta(hours=72)


class Hasty(Channel):
    """A provider that may bring receipts before it has answered."""

    name = CARRIER
    medium = MEDIA["sms"]
    address_systems = ("sms",)
    batch = 5

    def __init__(self, bringer: "Post") -> None:
        super().__init__()
        self.bringer = bringer

    def send_one(self, envelope):
        self.bringer.draw(envelope.uid)
        if self.bringer.chance.random() < 0.3:
            self.bringer.bring_some(envelope.uid, NOON)
        return Outcome(envelope.message_id, "accepted", reference=f"SM{envelope.uid.hex}")


class Post:
    """All receipts that will come, each with the status it says; and those that somebody forges."""

    def __init__(self, here: Alone, door: str) -> None:
        self.here, self.door = here, door
        self.chance: random.Random = here.chance
        self.waiting: dict[UUID, list[str]] = {}
        self.expected: dict[UUID, str] = {}
        self.hit: Counter[str] = Counter()

    def draw(self, uid: UUID) -> None:
        """What the provider will say of a message: each word up to five times, in any order."""
        said = self.chance.choice(HISTORIES)
        self.waiting[uid] = [word for word in said for _ in range(self.chance.randint(1, MOST_REPEATED))]
        self.chance.shuffle(self.waiting[uid])
        self.expected[uid] = max((MEANS[word] for word in said), key=RANK.index)

    def bring_some(self, uid: UUID, now: dt.datetime, most: int = 2) -> None:
        """Some of what waits comes, and between it a forged word."""
        for _ in range(min(most, len(self.waiting[uid]))):
            self.bring(uid, self.waiting[uid].pop(), now)
        if self.chance.random() < 0.2:
            self.bring(uid, self.chance.choice(list(MEANS)), now, secret="guessed")
        apply_deliveries(self.here.house, lambda: an_act(now))

    def bring(self, uid: UUID, word: str, now: dt.datetime, secret: str = SECRET) -> None:
        """One request; no two are the same to the byte, as they never are."""
        self.hit["forged" if secret != SECRET else word] += 1
        said = {"MessageSid": f"SM{uid.hex}", "MessageStatus": word, "Sequence": str(self.hit.total())}
        url = f"{DOOR}?message={uid}"
        body = urlencode(said).encode()
        headers = {"x-twilio-signature": twilio_signature(secret, url, twilio_content(url, body) or "")}
        delivery = Delivery(url, headers, body)
        act(self.here.house, an_act(now), keep_delivery, self.door, delivery)


def receipts(count: int, seed: int) -> Played:
    """About so many receipts."""
    with alone(seed) as here:
        settings = CHANNELS[CARRIER].Settings(account_sid="AC1", auth_token=SECRET, sender="+12125550100")
        act(here.house, an_act(), save_account, "texts", AccountGiven(CARRIER, "Texts", settings, is_sandbox=False))
        with here.house.sessions() as session:
            door = links.token_of(LINK, session.scalars(select(ChannelAccount.id)).one())
        here.let_in(max(1, count // OF_A_MESSAGE))
        here.plan()
        post = Post(here, door)
        deliver(here.house, an_act(), {CARRIER: Hasty(post)}, limit=count)
        while any(post.waiting.values()):
            some = [uid for uid, words in post.waiting.items() if words]
            post.bring_some(here.chance.choice(some), here.chance.choice([NOON, LATE]))
        return judged(here, post)


def judged(here: Alone, post: Post) -> Played:
    """Compare what is known with what was said."""
    played = Played(post.hit.total(), hit=post.hit)
    with here.house.sessions() as session:
        for row in session.scalars(select(Message)):
            is_right = row.status == post.expected.get(row.uid)
            played.lost["status"] += 0 if is_right else 1
            played.unexpected["moment"] += (row.delivered_at is not None) != (row.status == "delivered")
    return played
