"""What this server can do, as FHIR says it: written from what there is, so that it never says more."""

from typing import Any

from journeys.sync.facade.scopes import CREATE, OFFERED, READ, SEARCH
from journeys.sync.facade.searching import SEARCHES

PUBLISHED = "2026-11-23"
SMART = "http://terminology.hl7.org/CodeSystem/restful-security-service"
TYPES = {"_id": "token", "_lastUpdated": "date", "identifier": "token", "status": "token", "patient": "reference"}
TYPES.update({"date": "date", "schedule": "reference", "start": "date"})
OPERATIONS = {"Appointment": ("find", "hold", "book")}
IHE = "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-"


def capability(base: str) -> dict[str, Any]:
    """The CapabilityStatement of the server at this address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED,
        "kind": "instance",
        "software": {"name": "Waymark"},
        "implementation": {"description": "Waymark", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "service": [{"coding": [{"system": SMART, "code": "SMART-on-FHIR"}]}],
                    "description": "SMART Backend Services; see .well-known/smart-configuration",
                },
                "resource": [resource(kind, letters) for kind, letters in sorted(OFFERED.items())],
            }
        ],
    }


def resource(kind: str, letters: str) -> dict[str, Any]:
    """What can be done with one type."""
    codes = {READ: "read", SEARCH: "search-type"}
    said: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for letter, code in codes.items() if letter in letters],
        "versioning": "no-version",
        "readHistory": False,
        "searchParam": [{"name": name, "type": TYPES[name]} for name in SEARCHES[kind]],
    }
    if CREATE in letters:
        said["operation"] = [{"name": name, "definition": IHE + name} for name in OPERATIONS.get(kind, ())]
    return said
