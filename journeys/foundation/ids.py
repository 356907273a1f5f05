"""Identifiers: bigint inside, random uids outside, slugs for configuration."""

import re
import secrets
import uuid

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Lower-case words joined by hyphens, at most 64 characters: `hypertension-recall`."""


def new_uid() -> uuid.UUID:
    """A random uid that says nothing of when or where it was made."""
    return uuid.UUID(bytes=secrets.token_bytes(16), version=4)


def is_slug(text: str) -> bool:
    """Whether `text` can be the name of a piece of configuration."""
    return len(text) <= 64 and SLUG.fullmatch(text) is not None
