"""How long history is kept: an administrator gives each table a rule, a daily job removes what is older and not needed.

histories      every table that a rule can be given to, and what stays however old it is
retention      sizes, rules and runs, for a page
preview_rule   what a rule would remove
change_rule    give a table another rule; it holds a day later at the earliest, so that it can be taken back
remove_old     one batch of one table, as the keeper, which the database bounds (`store.setting_up.keeper`)
"""
