"""Which records are of one person: how alike two are, where such pairs are looked for, and what people decide of them.

A score never joins records. It puts a pair before somebody, with what it rests on.
"""
