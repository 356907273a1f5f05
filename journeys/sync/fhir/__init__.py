"""Servers of FHIR R4 that are read: what changed there since the last look, kept as it came and applied like messages.

    server         what a connection's settings say of its server
    keep_server    the verb: opens or changes such a connection
    speaking       one question to the server, within limits; what went wrong is a code
    signing_in     what opens the server: nothing, a password, a token, or SMART Backend Services
    capability     what a server says it can do, in short
    pages          a page of a search or a history: its entries as they came, and where the next page is
    claim_server   the verb: takes one server that is to be read now; nobody else reads it meanwhile
    keep_page      the verb: keeps what a page brought, once, and how far the walk is
    record_reading the verb: what became of it, and when it is read again
    take_hint      the verb: a server says that something changed; it is asked at once
    read_servers   the flow of these
    telling        what a kept entry says, as the import takes it

The way of reading. A search by `_lastUpdated` from the latest moment that the server itself gave, less an overlap: what
is committed late has an early moment. What was seen before is known by type, id and version. What was deleted only a
history tells. A walk over many pages is remembered page by page; its moment counts once it has come to the end.
"""
