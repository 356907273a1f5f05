"""REST for machines under `/api/v1/`: one file a resource. The OpenAPI document is written anew for every request, so
that a field published now is in it.

To add a resource: a file here with one subclass of `base.Resource`, a line in `app/menu.py`, its rights under `api` in
`seed/roles.yaml`.

    base          `Resource`: what every resource shares: rights, purpose, JSON in and out, versions of what is read
    schemas       custom fields as JSON schemas
    openapi       the document
    session       who is signed in, and the token that writes need
    fields        the custom fields in force
    patients      one patient with the custom values that the caller may see
    values        the custom values of any record, and changing them
    segments      segments in force and their members, page by page

What is wrong is answered with problem details (RFC 9457) by `app.base.errors`, like every page.
"""
