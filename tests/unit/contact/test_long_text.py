"""Long e-mails: what a value holds stays a value, what is missing is not said, and nothing runs away."""

import html as html_of_python
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liquid.exceptions import LiquidError

from journeys.contact.template_checks import CHECKS
from journeys.contact.template_checks.base import Looked
from journeys.contact.texts.long_text import AS_TEXT, Bounded, TooMuch, Unresolved, compiled, fields_in
from journeys.contact.texts.render import render
from tests import make as a

SOURCE = """# Your visit

Dear {{patient.given_name | default: "patient"}}, *thank you* & welcome.

{% if appointment.time %}

We expect you at {{appointment.time}}.

{% endif %}

- Bring your card to {{branch.name}}

[Choose what we write](contact.choices)
"""
VALUES = {"patient.given_name": "Ada", "branch.name": "Riverside", "contact.choices": "https://portal.example/m/1"}


class Page(HTMLParser):
    """The marks of a page and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.marks.append((tag, tuple(name for name, _ in attrs)))
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.said += data


def test_it_becomes_a_page_and_a_text():
    page, text = compiled(SOURCE, "en").fill({**VALUES, "appointment.time": "9:30 AM"})
    assert text == (
        "Your visit\n\nDear Ada, thank you & welcome.\n\nWe expect you at 9:30 AM.\n\n"
        "- Bring your card to Riverside\n\nChoose what we write: https://portal.example/m/1\n"
    )
    shown = Page(page)
    assert "https://portal.example/m/1" in shown.links
    assert "We expect you at 9:30 AM." in shown.said
    assert "We expect you" not in compiled(SOURCE, "en").fill(VALUES)[1]


NASTY = st.one_of(
    st.sampled_from(
        ["<script>alert(1)</script>", '"><img src=x onerror=y>', "[x](https://evil.example)", "{{patient.given_name}}"]
        + ["{% if %}", "# heading", "LIQUID0Q", "&lt;b&gt;", "a\n\nb", "javascript:alert(1)", "<!--", "]]>", "'"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
)


@given(name=NASTY, branch=NASTY, link=NASTY)
def test_no_value_becomes_a_mark(name, branch, link):
    plain = Page(compiled(SOURCE, "en").fill(VALUES)[0])
    page, text = compiled(SOURCE, "en").fill(
        {"patient.given_name": name, "branch.name": branch, "contact.choices": link}
    )
    shown = Page(page)
    assert shown.marks == plain.marks
    assert name in html_of_python.unescape(page)
    assert link in shown.links
    assert name.strip() in text
    assert branch in shown.said


@pytest.mark.parametrize(
    "source",
    ["{{patient.given_name}}", "{{patient.given_name.__class__}}", "{{patient.keys}}", "{{nothing}}", "{{patient}}!"],
)
def test_what_has_no_value_is_not_said(source):
    if source == "{{patient}}!":
        assert fields_in(source) == ("patient",)
        looked = Looked({"texts": {"en": {"body": "x", "instead": {"email": {"long": source}}}}})
        assert [str(each) for each in CHECKS["known_fields"]().look(looked)] != []
        return
    with pytest.raises(Unresolved):
        compiled(source, "en").fill({})


@pytest.mark.parametrize(
    "bomb",
    [
        "{% for a in (1..9999999) %}x{% endfor %}",
        "{% include 'x' %}",
        "{% render 'x' %}",
        "{% assign x = 1 %}",
        "{% capture x %}{% endcapture %}",
        "{% cycle 1, 2 %}",
        "{% tablerow a in (1..9) %}{% endtablerow %}",
        "{% liquid echo 1 %}",
        "{{ 'x' | base64_decode }}",
    ],
)
def test_nothing_that_could_run_away_is_understood(bomb):
    with pytest.raises(LiquidError):
        compiled(bomb, "en").plain.render()


def test_every_limit_is_set_and_stops_what_grows():
    assert (Bounded.loop_iteration_limit, Bounded.output_stream_limit) == (100, 100_000)
    assert (Bounded.local_namespace_limit, Bounded.context_depth_limit) == (1_000, 10)
    with pytest.raises(TooMuch):
        compiled("{{patient.given_name}}", "en").fill({"patient.given_name": "x" * 200_000})
    assert set(AS_TEXT.tags) == {"if", "unless", "case", "comment", "#", "content", "output", "illegal"}


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fa", "rtl"), ("ar-EG", "rtl"), ("es-MX", "ltr")])
def test_a_page_knows_its_language_direction_and_the_dark(language, direction):
    page = compiled(SOURCE, language).fill(VALUES)[0]
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert "prefers-color-scheme: dark" in page


LONG = {"en": {"subject": "Your visit", "body": "Short", "instead": {"email": {"long": SOURCE.rsplit("\n\n", 1)[0]}}}}


def test_an_email_says_the_long_text_and_a_text_message_the_short_one(make):
    with make() as session:
        person = a.person(session, at=a.branch(session))
        message = a.message(session, person, a.template(session, texts=LONG))
        short = render(session, {message.id: "en"}, "sms")[message.id]
        long = render(session, {message.id: "en"}, "email")[message.id]
        session.rollback()
    assert (short.body, short.html) == ("Short", "")
    assert "Dear Ada" in long.body
    assert "Dear Ada" in long.html
    assert "Ada" not in repr(long)
