"""Supplies that recall visits use up: what each branch has, what the coming visits need, and where it will lack."""
