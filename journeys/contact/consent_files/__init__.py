"""Statements of consent from a table: read line by line, judged against what is kept, written down once.

reading            a file ↔ lines, each with its problems
judging            lines ↔ patients and what is kept: what becomes of each
preview_consents   the verb that tells it, changing nothing
import_consents    the verb that writes down what is new
"""
