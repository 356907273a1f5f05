"""Import of real records: FHIR R4 from files of any size into the store, once and for all in order of arrival.

    containers     files, folders, .gz and .zip: what there is to read, without unpacking anything onto the disk
    bundle_entries cuts a Bundle of any size into its entries while it is read
    received       every resource of a place, one at a time, or why it cannot be read
    safe_json      JSON that means one thing only: no duplicate keys, no NaN, no text that a database cannot keep
    reading        asks a resource for its parts and collects everything that is wrong with it
    kinds/         one file a resource kind: which table, which columns, which event
    references     what a reference names; `resolving` finds the row behind it
    judging        which resources are new, changed, unchanged or older than what the store has
    recording      how a record is kept in the store
    import_batch   the verb: one batch, one act
    bind_waiting   the verb: what arrived before the record it refers to
    load           the loop over files and batches, with counts and rejections

Rules. A record is known by source, resource type and outside id; a record that did not change is skipped, an older
one is
ignored. Nothing is rejected but what is malformed. A record whose patient has not arrived is kept and waits
(`awaited_reference`). A kind without a table is kept whole on the patient's timeline (`kept_record`); what is
nobody's (questionnaires, places, measures) is kept as a source record only. A FHIR Consent is kept whole and never
read as a permission to write to somebody. Dates without a time are kept as noon UTC, which is the same day nearly
everywhere. A new patient joins the branch that the import names, and every branch where they have an encounter or
appointment.
"""
