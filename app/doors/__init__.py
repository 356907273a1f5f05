"""Machines' entrances: each takes a request and calls one verb, or answers whether the portal is well."""
