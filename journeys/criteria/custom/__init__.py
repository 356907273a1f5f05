"""Fields as data: what a clinic asks about patients and records beyond the columns of the house.

A field is a definition of kind `field` (`content` says what it holds), drafted, approved and published as a version
that never changes. Its values are rows of `custom_value` with their history. **Plain** values are what JSON can hold:
text, number (in the field's unit), `"2026-03-01"`, true or false, a code, a list of codes, a slug or uid, a list of
rows. Who may see or edit a field is `roles` (names of the portal's roles) × `act.purpose`; what nobody allowed is
refused.

    content          `CustomField`: a field as it was published; `live_fields(session, on=None)`, in the order of forms
    types/           one file a type: what a value must be, where it is stored, how it reads, from and to text
    may              `may_see(field, roles, purpose)`, `may_edit(field, roles, purpose)`; `PURPOSES`
    check            `field_problems(content, slug, known, roles)`: everything wrong with a field's content
    facts            fields as facts and attributes of rules (`custom.<slug>`), for `known`
    references       `reference_choices(session, of)`: what a reference can name, with the names to show

Verbs, each `(session, act, …)`:

    ask_to_publish_field  (slug, row_version=None) → Definition: Invalid with every problem; a later save takes it back
    publish_field         (slug, row_version=None, leave_behind=False) → version: converts values when the type changes;
                          values that cannot be converted bar it, unless they may be left behind (in the history)
    preview_field_change  (slug, content, roles=…) → Preview: about how many would not convert and why, with codes only
    used_in               (slug) → list[Use]: segments, journeys, templates, packs and fields that name it
    retire_field          (slug, row_version=None) → Definition: Invalid with the uses in force; values stay
    restore_field         (slug) → Definition: the last version is in force again
    set_custom_values     (record_kind, record_id, values, place="form", roles=…) → list of the slugs that changed
    read_custom_values    (record_kind, record_ids, roles=…) → {record id: {slug: plain value}}
    open_custom_form      (record_kind, record_id, roles=…) → list[Asked]: fields with value, default, visible, may_edit
    custom_history        (record_kind, record_id, slug, roles=…) → list[Past]: every value with from, until, by whom
    minimum_data_report   () → list[FieldUse]: how many records have a value, and what uses the field

`shown(field, value, language, names)` (in `types`) puts a plain value into words.
"""
