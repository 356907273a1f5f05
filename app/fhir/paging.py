"""Where a page of a search goes on, in letters that say nothing to anybody else: no address of ours says what was
asked, because what was asked may be a patient's number."""

import base64
import binascii
import json
import uuid
from dataclasses import dataclass

from journeys.foundation.secrets import SecretError, seal, unseal

PAGE = "_page"
NO_ROW = uuid.UUID(int=0)
LONGEST = 4_096


@dataclass(frozen=True)
class Turn:
    """A search, and after which row it goes on."""

    kind: str
    parameters: list[tuple[str, str]]
    size: int
    after: int = 0

    def written(self, slug: str) -> str:
        """As letters, for this system alone."""
        text = json.dumps([self.kind, self.parameters, self.size, self.after])
        return base64.urlsafe_b64encode(seal(text, "fhir-page", slug, NO_ROW)).decode().rstrip("=")


def turn_in(letters: str, kind: str, slug: str) -> Turn | None:
    """The turn that letters name; None for those that were not written here, for this system and this type."""
    if not letters.isascii() or len(letters) > LONGEST:
        return None
    try:
        sealed = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        named, parameters, size, after = json.loads(unseal(sealed, "fhir-page", slug, NO_ROW))
    except (SecretError, ValueError, binascii.Error):
        return None
    return Turn(kind, [(name, value) for name, value in parameters], size, after) if named == kind else None
