"""The rule editor and the rule builder: both write the JSON of `journeys.criteria` and judge nothing themselves.

**The editor** draws a rule as a plain form. Nothing typed is ever lost: a half-written condition is kept as it is, and
what the form cannot draw (a rule written by hand in a pack) is shown as text.

    nodes = drawing.root(rule, problems, counts, focus)   → `{{ rules.editor(nodes) }}`
    rule = reading.rule_of(request.form)                   what the form holds
    rule = changing.changed(rule, pressed)                 after "Add a condition", "Remove", …

**The builder** (`app/islands/src/rules`) takes the editor's place where scripts run. It writes its rule into the hidden
control that the form reads as text, and asks `app.views.rules` for everything it says.

    {% call builders.place(builder(rule, "rule")) %}{{ rules.editor(nodes) }}{% endcall %}

`describing` tells it what rules can say, `judging` what is wrong where. `comparing` and `uses` serve the pages beside.
"""
