"""Pausing and going on again: what will wait, what has gone stale, and what a person chose for it.

preview_pause   what will wait when a journey is paused
happened        what happened meanwhile to those whose time had come, which may end the waits that they come to
stale           what came due while it was paused, counted by step
preview_resume  the same for a page
choices         send, skip or task: read and judged
settle_pauses   the worker carries the choices out, batch by batch
"""
