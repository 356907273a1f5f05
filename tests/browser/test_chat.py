"""A stranger opens the chat on a clinic's site, writes by keyboard, is answered there; also where no script runs."""

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import select

from journeys.contact.accounts.save_account import AccountGiven, save_account
from journeys.contact.channels.web_chat import Settings
from journeys.foundation.acting import act
from journeys.store.channel_accounts import ChannelAccount
from journeys.store.organisation import Location
from tests import make as a
from tests.browser.clinic import SETTING_UP, Clinic
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

GREETING = {"en": "How can we help?", "es": "¿En qué podemos ayudarle?", "fa": "چه کمکی از ما برمی‌آید؟"}
NUMBER = "+12125550777"
FRAMED = "<!DOCTYPE html><title>Other</title><iframe title='Other' src='%s'></iframe>"


class Site(BaseHTTPRequestHandler):
    """Any page of a clinic's own site: it loads the one script."""

    def __init__(self, portal: str, *rest: Any) -> None:
        self.portal = portal
        super().__init__(*rest)

    def do_GET(self) -> None:
        """One page for every address."""
        page = f"""<!DOCTYPE html><html lang="en"><title>Our clinic</title><main>
        <h1>Our clinic</h1></main><script src="{self.portal}/chat/desk.js" defer></script></html>"""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(portal: str) -> Iterator[str]:
    """The address of a clinic's own site, which is another origin than the portal."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, portal))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def chat(clinic: Clinic, site: str) -> str:
    """The address of a chat that this site may show; the account's own form would ask for https."""
    given = AccountGiven("web_chat", "Front desk", Settings(greeting=GREETING), is_sandbox=False)
    house = clinic.workshop.house
    act(house, SETTING_UP, save_account, "desk", given, is_new=True)
    with house.sessions.begin() as session:
        row = session.scalars(select(ChannelAccount).where(ChannelAccount.slug == "desk")).one()
        row.settings = {**row.settings, "sites": [site]}
    return "/chat/desk"


@pytest.fixture(scope="module")
def patient(clinic: Clinic) -> str:
    """The uid of a patient whom the chat can know."""
    with clinic.workshop.house.sessions.begin() as session:
        place = session.scalars(select(Location).order_by(Location.id)).first()
        born = dt.date(1980, 5, 1)
        return str(
            a.person(session, sms=NUMBER, at=place, name="Carla Quince", given_name="Carla", birth_date=born).uid
        )


def said(page: Page | FrameLocator, text: str) -> None:
    """Wait until something stands in the talk."""
    expect(page.get_by_role("log").get_by_text(text)).to_be_visible()


def write(page: Page | FrameLocator, text: str) -> None:
    """Type a line and press Enter."""
    box = page.get_by_label("Your message")
    box.fill(text)
    box.press("Enter")


def test_a_visitor_of_the_clinics_site_is_answered_there(
    browser: Browser, visit: Visit, clinic: Clinic, site: str, chat: str, patient: str
) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 800})
    page = context.new_page()
    page.goto(site)
    button = page.get_by_role("button", name="Write to us")
    button.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe[title='Write to us']")
    expect(frame.get_by_text("How can we help?")).to_be_visible()
    expect(frame.get_by_role("button", name="Look for answers")).to_have_count(0)
    write(frame, "Until when are you open?")
    said(frame, "Until when are you open?")
    expect(frame.get_by_label("Your message")).to_be_empty()
    frame.get_by_text("Are you a patient here?").click()
    frame.get_by_label("Your birth date").fill("1980-05-01")
    frame.get_by_label("Your phone number").fill(NUMBER)
    frame.get_by_role("button", name="Tell the clinic").click()
    said(frame, "You told us who you are")
    answers = visit("nina", f"/replies/{patient}/?reply=reply-hours")
    answers.get_by_role("button", name="Send this answer").click()
    expect(answers.get_by_text("Your answer goes as soon as")).to_be_visible()
    clinic.work()
    said(frame, "Hello Carla, we are open on weekdays from 8 to 5.")
    frame.get_by_label("Your message").press("Escape")
    expect(page.get_by_role("button", name="Write to us")).to_be_focused()
    assert not context.cookies()
    context.close()


def test_another_site_may_not_show_it(browser: Browser, portal: str, chat: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    framing = FRAMED % (portal + chat)
    page.route("http://other.test/", lambda route: route.fulfill(content_type="text/html", body=framing))
    page.goto("http://other.test/")
    expect(page.frame_locator("iframe").get_by_text("How can we help?")).to_have_count(0)
    assert page.frames[1].url.startswith("chrome-error:")
    context.close()


def test_without_scripts_it_is_a_form_and_a_button(browser: Browser, portal: str, chat: str) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False)
    page = context.new_page()
    page.goto(chat)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("Your message: Write something first")
    page.get_by_label("Your message").fill("Is there parking?")
    page.get_by_role("button", name="Send").click()
    said(page, "Is there parking?")
    page.get_by_label("Your message").fill("And a lift")
    page.get_by_role("button", name="Look for answers").click()
    expect(page.get_by_label("Your message")).to_have_value("And a lift")
    said(page, "Is there parking?")
    context.close()


def test_what_was_typed_stays_while_the_clinic_cannot_be_reached(visit: Visit, chat: str) -> None:
    page = visit(None, chat, allowed=("ERR_INTERNET_DISCONNECTED",))
    expect(page.get_by_role("button", name="Look for answers")).to_have_count(0)
    page.context.set_offline(True)
    write(page, "Are you there?")
    expect(page.get_by_role("status").get_by_text("This could not be sent.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("Are you there?")
    page.context.set_offline(False)
    page.get_by_label("Your message").press("Enter")
    said(page, "Are you there?")
    page.reload()
    said(page, "Are you there?")


def test_what_is_wrong_is_said_and_stays(visit: Visit, chat: str) -> None:
    page = visit(None, chat, allowed=("422",))
    write(page, "x" * 2001)
    expect(page.locator("#text-fault")).to_contain_text("At most 2000 characters go at once, these are 2001")
    expect(page.get_by_label("Your message")).to_have_value("x" * 2001)
    expect(page.get_by_role("alert")).to_be_focused()


LOOKS = [("light", 320, "en"), ("dark", 320, "fa"), ("dark", 1280, "es")]


@pytest.mark.parametrize(("theme", "width", "language"), LOOKS)
def test_it_looks_right_and_can_be_read_by_everybody(
    visit: Visit, axe: Callable[[Page], Any], chat: str, theme: str, width: int, language: str
) -> None:
    page = visit(None, f"{chat}?language={language}", theme=theme, width=width, height=640)
    page.locator("#text").fill("Puis-je venir? I have chest pain")
    page.locator("#text").press("Enter")
    expect(page.locator("#talk").get_by_role("alert")).to_be_visible()
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    shots = os.environ.get("WAYMARK_SHOTS")
    if shots:
        page.screenshot(path=f"{shots}/chat-{theme}-{width}-{language}.png", full_page=True)
