"""Waymark as a FHIR server: which systems may ask, what their tokens open, and what is answered.

    keep_client, revoke_client, clients    systems, as an administrator registers them
    scopes                                 what SMART's scopes mean
    keys                                   public keys, as they are pasted
    assertions                             what a system proves itself with
    issue_token, caller_of                 a token for a proof, and whose a token is

What is given out is made in `resources`: one file a resource type. Doors (`app/fhir`) speak HTTP; nothing here does.
"""
