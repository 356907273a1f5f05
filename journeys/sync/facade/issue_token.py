"""A system gets a token for its proof."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden
from journeys.store.fhir_clients import FhirAssertion, FhirClient, FhirToken
from journeys.sync.facade.assertions import Proof, names_client, proof_in
from journeys.sync.facade.scopes import granted

LASTING = dt.timedelta(minutes=5)
LETTERS = 32
"""Random bytes of a token."""


class TooMuch(Forbidden):
    """A system asks for scopes that it was not registered for."""


@dataclass(frozen=True)
class Token:
    """A token as its owner gets it, once; what it opens, and for how many seconds."""

    text: str
    scopes: list[str]
    seconds: int


def issue_token(session: Session, act: Act, assertion: str, scope: str, audience: str) -> Token:
    """Forbidden, without a word of why, for a proof that is not good, no longer, or was shown before; TooMuch for
    scopes beyond those of the registration."""
    client = session.scalar(
        select(FhirClient).where(FhirClient.slug == names_client(assertion), FhirClient.revoked_at.is_(None))
    )
    proof = proof_in(assertion, client.keys, audience, act.now) if client else None
    if client is None or proof is None or not is_first(session, act, client, proof):
        raise Forbidden("The proof is not good")
    scopes = granted(scope, client.scopes)
    if scopes is None:
        raise TooMuch("These scopes are not registered")
    text = secrets.token_urlsafe(LETTERS)
    session.execute(delete(FhirToken).where(FhirToken.client_id == client.id, FhirToken.expires_at < act.now))
    until = act.now + LASTING
    session.add(FhirToken(client_id=client.id, hash=hash_of(text), scopes=scopes, issued_at=act.now, expires_at=until))
    audit.note(session, "C", FhirToken.__tablename__, [client.id], detail={"client": client.slug, "scopes": scopes})
    return Token(text, scopes, int(LASTING.total_seconds()))


def is_first(session: Session, act: Act, client: FhirClient, proof: Proof) -> bool:
    """Whether the proof was never shown before, which it has been from now on: of two at once, one is first."""
    session.execute(
        delete(FhirAssertion).where(FhirAssertion.client_id == client.id, FhirAssertion.expires_at < act.now)
    )
    kept = insert(FhirAssertion).values(client_id=client.id, jti_hash=hash_of(proof.jti), expires_at=proof.expires_at)
    return session.scalar(kept.on_conflict_do_nothing().returning(FhirAssertion.client_id)) is not None


def hash_of(text: str) -> bytes:
    """What is kept of what must not be kept. Tokens are random and long, so no salt is needed."""
    return hashlib.sha256(text.encode()).digest()
