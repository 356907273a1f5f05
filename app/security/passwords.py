"""Which passwords are accepted: long ones that are not easily guessed. No rule on kinds of letters."""

from collections.abc import Iterable

from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

SHORTEST, LONGEST = 12, 128

# What people write when they are asked for a long password, besides their own name and that of the product.
EASY = ("password", "qwerty", "letmein", "welcome", "123456", "abcdef", "waymark", "clinic", "hospital", "contraseña")


def problems_of(password: str, about: Iterable[str]) -> list[Problem]:
    """What is wrong with a new password; `about` holds words of its owner that it may not consist of."""
    problems = []
    if len(password) < SHORTEST:
        problems.append(Problem("password", N_("Use at least %(count)s characters."), {"count": SHORTEST}))
    elif len(password) > LONGEST:
        problems.append(Problem("password", N_("Use at most %(count)s characters."), {"count": LONGEST}))
    elif len(what_is_left(password, about)) < SHORTEST // 2:
        problems.append(Problem("password", N_("This is easily guessed. Use a few unrelated words.")))
    return problems


def what_is_left(password: str, about: Iterable[str]) -> str:
    """The password without easy words, its owner's words, and letters that only repeat."""
    left = password.lower()
    words = [part for word in about for part in word.lower().replace("@", ".").split(".") if len(part) > 2]
    for easy in (*EASY, *words):
        left = left.replace(easy, "")
    return "".join(letter for index, letter in enumerate(left) if letter not in left[:index])
