"""Custom fields as people and machines meet them: records found by uid, values put into words, forms drawn from the
definitions in force.

    records     the records that fields are on, by uid; the mark that tells whether somebody changed their values
    showing     values in words, by group
    entering    the form of a record's fields, and what was typed into it
    listing     columns and filters of the list of patients
"""
