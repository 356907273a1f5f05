"""Benchmarks: one file each; every figure is a ratio against a bare lower bound measured in the same run.

    python -m benchmarks [NAME…]      all of them, or those named

A file has a docstring that says what is compared and where its goals come from, and one function `figures()` that
yields `tests.figures.Figure`. Sides are measured in turn, round after round, and medians of the rounds' ratios are
judged: this machine's speed changes from minute to minute, a ratio within one round hardly. Each makes its own data.
"""
