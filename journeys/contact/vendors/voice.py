"""What a call says, as TwiML: to a person the message, with the keys to answer by; to a machine only who called.

A machine keeps what it hears for whoever plays it (HHS on messages left at home): the name of the clinic and a number
to call back, never the message.
"""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import yaml

from journeys.foundation.words import in_language

WORDS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("voice_words.yaml").read_text("utf-8"))

STOP_KEY = "9"
"""The key that ends calls (47 CFR 64.1200(a)(9)(i)(H) asks for one in each)."""

SECONDS = "8"
"""How long a call waits for a key."""

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DIGITS = re.compile(r"\d")


def words_in(language: str) -> dict[str, str]:
    """What a call says by itself, in a language or the nearest that there is."""
    return WORDS[in_language({name: name for name in WORDS}, language)]


def message_to_a_person(text: str, language: str, clinic: str, answers_to: str) -> str:
    """The message, twice where no key is pressed, and the key that ends calls; keys are brought to `answers_to`."""
    words = words_in(language)
    response = Element("Response")
    say(response, words, words["greeting"].format(clinic=clinic))
    for _ in range(2):
        gather = SubElement(
            response,
            "Gather",
            {"input": "dtmf", "numDigits": "1", "timeout": SECONDS, "action": answers_to, "method": "POST"},
        )
        say(gather, words, text)
        say(gather, words, words["no_more"])
    return ended(response, words)


def message_to_a_machine(language: str, clinic: str, number: str) -> str:
    """Who called, and where to call back."""
    words = words_in(language)
    response = Element("Response")
    spoken = DIGITS.sub(lambda found: f"{found[0]} ", number).strip()
    say(response, words, words["machine"].format(clinic=clinic, number=spoken))
    SubElement(response, "Hangup")
    return written(response)


def thanks(language: str) -> str:
    """After a key."""
    words = words_in(language)
    return ended(Element("Response"), words)


def ended(response: Element, words: dict[str, str]) -> str:
    """The end of a call."""
    say(response, words, words["thanks"])
    SubElement(response, "Hangup")
    return written(response)


def say(parent: Element, words: dict[str, str], text: str) -> None:
    """One thing that is said; what XML cannot hold is left out."""
    SubElement(parent, "Say", {"language": words["voice"]}).text = NOT_IN_XML.sub("", text)


def written(response: Element) -> str:
    """The whole document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>{tostring(response, encoding="unicode")}'
