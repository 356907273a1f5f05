"""The rule editor: draws a rule of `journeys.criteria` as a plain form and reads the form back into a rule.

Nothing typed is ever lost: a half-written condition is kept as it is, and what the form cannot draw (a rule written by
hand in a pack) is shown as text. Whether a rule is right is for the engine alone to say.

    nodes = drawing.root(rule, problems, counts, focus)   → `{{ rules.editor(nodes) }}`
    rule = reading.rule_of(request.form)                   what the form holds
    rule = changing.changed(rule, pressed)                 after "Add a condition", "Remove", …
"""
