"""The demo clinic: three branches, their staff and about 2,000 invented patients with years of care behind them.

Everything is generated here from a seed, relative to the moment it is loaded: the same seed and moment give the same
clinic. Phone numbers are from the range kept for fiction (555-01xx), e-mail addresses end in example.org.

    from seed import demo
    demo.load(house, now)        a second call finds the clinic there and adds what an interrupted call left out
    demo.sign_ins()              who may sign in to the demo, with which password
"""

from seed.demo.data import SignIn, sign_ins
from seed.demo.loading import load

__all__ = ["SignIn", "load", "sign_ins"]
