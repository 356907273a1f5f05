"""Value sets: named lists of codes that rules look records' codes up in, versioned, as data.

A value set's content (format 1): `name` and `description` in each language, `url` and `version` as its publisher gives
them, and `codes`, each with `code`, its `system` (a URI; without one it fits any system) and perhaps `display`.

systems            the code systems that are known by name, OID or URI
check              every problem of a content, with the place of each wrong line
publish_value_set  the verb that puts a draft in force and writes its codes as rows for rules
change             what a file would change: codes added, taken out, kept
read_file          a file → the value sets it holds: FHIR R4 JSON (`from_fhir`) or a table (`from_csv`)
write_file         a content → FHIR R4 JSON or CSV
using              which rules name a value set
"""
