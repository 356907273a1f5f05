"""Packs: configuration as a folder of YAML files, read, checked, tested day by day, loaded, and written back unchanged.

<name>/pack.yaml               what the pack is and which packs it needs
<name>/<kind in the plural>/   segments/ value-sets/ fields/ journeys/ wordings/ templates/ rules/ stages/ settings/
                               guidelines/ safety-clocks/: one file each, named as its slug, with exactly its content
<name>/tests/                  lives: people with facts, days, and what is to happen (see `lives/`)

yaml_text   text ↔ plain values: one safe reading, one canonical writing
folder      a folder ↔ a `Pack`
check       every problem of a pack, before anything is loaded
load        the verb that stores a pack's definitions, and publishes them when asked
export      the verb that reads a stored pack
lives/      plays a pack's tests against a database
scratch     databases made for that and thrown away
"""
