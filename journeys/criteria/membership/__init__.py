"""Who is in which segment, kept: dated stays, brought up to date by what changed and by what time alone changes.

`refresh_segments` catches the facts up and looks only at the patients whose facts changed since, and at those for whom
a date has passed an edge of the rule; a segment that this cannot hold for is left to `refresh_segment`, which looks at
everybody. Both take the facts' lock first, so that a change which one of them has seen is never missed by the other.
Everything of one round commits together: nobody ever reads half a result.
"""
