"""Whose an access token is, and what it opens."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.acting import EVERYWHERE, Scope
from journeys.store.fhir_clients import FhirClient, FhirClientBranch, FhirToken
from journeys.sync.facade.issue_token import hash_of
from journeys.sync.facade.scopes import Permission, all_of

LONGEST = 256


@dataclass(frozen=True)
class Caller:
    """A system that shows a token: its client id, its branches, what it may do."""

    slug: str
    scope: Scope
    permissions: frozenset[Permission]

    def may(self, kind: str, letter: str) -> bool:
        """Whether it may do this with a resource type."""
        return (kind, letter) in self.permissions


def caller_of(session: Session, token: str, now: dt.datetime) -> Caller | None:
    """None for what is no token, no longer one, or that of a system that was revoked. One statement; what a system may
    now counts, so that what is taken from it is taken from the tokens it has."""
    if not 0 < len(token) <= LONGEST:
        return None
    rows = session.execute(
        select(
            FhirClient.slug, FhirClient.every_branch, FhirClient.scopes, FhirToken.scopes, FhirClientBranch.location_id
        )
        .join(FhirClient, FhirClient.id == FhirToken.client_id)
        .outerjoin(FhirClientBranch, FhirClientBranch.client_id == FhirClient.id)
        .where(FhirToken.hash == hash_of(token), FhirToken.expires_at > now, FhirClient.revoked_at.is_(None))
    ).all()
    if not rows:
        return None
    slug, everywhere, registered, given, _ = rows[0]
    branches = frozenset(branch for *_, branch in rows if branch is not None)
    return Caller(slug, EVERYWHERE if everywhere else Scope(branches), all_of(given) & all_of(registered))
