"""Texts that networks want registered one by one: what they say of each, written down beside the template."""
