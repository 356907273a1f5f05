"""What can be said of a rule without any patient: it is never so, it always is, it follows from another one.

A rule is read into a formula without negations (`reading`), whose literals say which values a fact may have (`facts`),
between which days a date lies (`edges`), or how many records there are (`records`). `judging` answers questions about
formulas. **Yes is certain, no means "not shown"**: whatever is not understood, or would take too long, is a no. So what
is built on a yes never lies, and what is new in the language is simply not reasoned about until somebody teaches it.
"""
