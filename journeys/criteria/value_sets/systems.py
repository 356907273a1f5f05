"""Code systems: the URI under which records hold their codes, and the other names by which files call them.

Source of the URIs and OIDs: HL7 FHIR R4, "Using Codes", and HL7 terminology. A system that is not listed is allowed
under an absolute URI; a listed one is refused under any other name, because no record would ever match it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

URN_OID = "urn:oid:"
MOST_CHARACTERS = 300
ABSOLUTE = re.compile(r"(?:https?://[^\s/]+\.[^\s/]+(?:/\S*)?|urn:oid:[0-2](?:\.\d+)+|urn:(?!oid:)[a-z0-9-]{2,31}:\S+)")
OID = re.compile(r"[0-2](?:\.\d+){3,}")


@dataclass(frozen=True)
class CodeSystem:
    """One code system: its URI, the name people know it by, its OID, and names that files use."""

    uri: str
    name: str
    oid: str = ""
    also: tuple[str, ...] = ()


SYSTEMS = (
    CodeSystem("http://snomed.info/sct", "SNOMED CT", "2.16.840.1.113883.6.96", ("SNOMEDCT", "SNOMEDCT US", "SCT")),
    CodeSystem("http://loinc.org", "LOINC", "2.16.840.1.113883.6.1", ("LNC",)),
    CodeSystem("http://hl7.org/fhir/sid/icd-10", "ICD-10", "2.16.840.1.113883.6.3"),
    CodeSystem("http://hl7.org/fhir/sid/icd-10-cm", "ICD-10-CM", "2.16.840.1.113883.6.90"),
    CodeSystem("http://www.cms.gov/Medicare/Coding/ICD10", "ICD-10-PCS", "2.16.840.1.113883.6.4"),
    CodeSystem("http://hl7.org/fhir/sid/icd-9-cm", "ICD-9-CM", "2.16.840.1.113883.6.103"),
    CodeSystem("http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm", "2.16.840.1.113883.6.88"),
    CodeSystem("http://hl7.org/fhir/sid/cvx", "CVX", "2.16.840.1.113883.12.292"),
    CodeSystem("http://hl7.org/fhir/sid/ndc", "NDC", "2.16.840.1.113883.6.69"),
    CodeSystem("http://www.whocc.no/atc", "ATC", "2.16.840.1.113883.6.73"),
    CodeSystem("http://www.ama-assn.org/go/cpt", "CPT", "2.16.840.1.113883.6.12", ("CPT4",)),
    CodeSystem(
        "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "HCPCS",
        "2.16.840.1.113883.6.285",
        ("HCPCS Level II", "HCPCS2"),
    ),
    CodeSystem("http://www.ada.org/cdt", "CDT", "2.16.840.1.113883.6.13"),
    CodeSystem("http://unitsofmeasure.org", "UCUM", "2.16.840.1.113883.6.8"),
    CodeSystem("http://nucc.org/provider-taxonomy", "NUCC", "2.16.840.1.113883.6.101"),
    CodeSystem("https://nahdo.org/sopt", "SOPT", "2.16.840.1.113883.3.221.5", ("Source of Payment Typology",)),
    CodeSystem("urn:oid:2.16.840.1.113883.6.238", "CDC Race and Ethnicity", also=("CDCREC",)),
    CodeSystem("http://terminology.hl7.org/CodeSystem/v3-ActCode", "ActCode", "2.16.840.1.113883.5.4"),
    CodeSystem(
        "http://terminology.hl7.org/CodeSystem/v3-AdministrativeGender",
        "AdministrativeGender",
        "2.16.840.1.113883.5.1",
    ),
    CodeSystem("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "RoleCode", "2.16.840.1.113883.5.111"),
    CodeSystem("http://terminology.hl7.org/CodeSystem/v2-0276", "appointment reasons", "2.16.840.1.113883.12.276"),
)


def squeezed(name: str) -> str:
    """A name without case, spaces and signs, so that `SNOMED CT` and `SNOMEDCT` are one."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def without_scheme(uri: str) -> str:
    """A URI without what people get wrong about it: http or https, a stroke at the end, case."""
    return uri.casefold().removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")


NAMES = {system.uri: system.name for system in SYSTEMS}
BY_NAME = {squeezed(name): system.uri for system in SYSTEMS for name in (system.name, *system.also)}
BY_OID = {system.oid: system.uri for system in SYSTEMS if system.oid}
BY_SPELLING = {without_scheme(system.uri): system.uri for system in SYSTEMS}
SNOMED_EDITIONS = "snomed.info/sct/"


def name_of(system: str | None) -> str:
    """What people call a code system; its URI when it has no name here."""
    return NAMES.get(system or "", system or "")


def uri_of(written: str) -> str | None:
    """The URI that some writing means: a name, an OID, another spelling of the URI; None when nothing can be meant."""
    text = written.strip()
    known = listed(text)
    if known is not None:
        return known
    if OID.fullmatch(text):
        return URN_OID + text
    return text if is_absolute(text) else None


def listed(text: str) -> str | None:
    """The URI of the listed code system that is meant; None when it is none of them."""
    oid = text.removeprefix(URN_OID)
    if oid in BY_OID:
        return BY_OID[oid]
    plain = without_scheme(text)
    if plain.startswith(SNOMED_EDITIONS):
        return BY_SPELLING["snomed.info/sct"]
    return BY_SPELLING.get(plain) or BY_NAME.get(squeezed(text))


def is_absolute(text: str) -> bool:
    """Whether a text can name a code system that is not listed."""
    return len(text) <= MOST_CHARACTERS and ABSOLUTE.fullmatch(text) is not None
