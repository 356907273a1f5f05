"""Every screen of the portal in one table, in the order of the menu. The only place that adds a view.

`who` says who sees the entry: ROLE leaves it to `seed/roles.yaml` (whoever holds `right` on the screen), SIGNED_IN is
everybody with an account, HIDDEN has no entry in the menu (its methods still say who may open them).
"""

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask import Flask, current_app, request, url_for
from flask_appbuilder import AppBuilder, BaseView
from flask_login import current_user

from app.api.fields import FieldsResource
from app.api.journeys import JourneysResource
from app.api.openapi import OpenApi
from app.api.patients import PatientsResource
from app.api.segments import SegmentsResource
from app.api.session import SessionResource
from app.api.values import ValuesResource
from app.base.asker import Grants
from app.base.look import here
from app.base.models import ModelScreen
from app.base.words import reader_locale, say
from app.views.account import Account
from app.views.agreed import Agreed
from app.views.attendance import Attendance
from app.views.board import SafetyBoard
from app.views.booking_by_link import BookingByLink
from app.views.calendar import Calendar
from app.views.caregivers import Caregivers
from app.views.channels import Channels
from app.views.chat_by_link import ChatByLink, limit_chat
from app.views.choices import ChoicesByLink, limit_links
from app.views.choosing import Choosing
from app.views.clocks import Clocks
from app.views.complaints import Complaints
from app.views.connections import Connections
from app.views.consent_files import ConsentFiles
from app.views.consents import Consents
from app.views.contact_ledger import ContactLedger
from app.views.contact_rules import ContactRules
from app.views.custom_values import CustomValues
from app.views.designer import Designer
from app.views.due import Due
from app.views.elsewhere import Elsewhere, limit_identifying
from app.views.exports import Exports
from app.views.fhir_clients import FhirClients
from app.views.fields import Fields
from app.views.forms_by_link import FormsByLink, limit_forms
from app.views.front_desk import FrontDesk
from app.views.guidelines import Guidelines
from app.views.handing_over import HandingOver
from app.views.home import Home
from app.views.inbox import Inbox
from app.views.interfaces import Interfaces
from app.views.journey_people import JourneyPeople
from app.views.journeys import Journeys
from app.views.letters import Letters
from app.views.marks import Marks
from app.views.matches import Matches
from app.views.messages import Messages
from app.views.offers_by_link import OffersByLink
from app.views.opening_hours import OpeningHoursScreen
from app.views.patient_columns import PatientColumns
from app.views.patients import Patients
from app.views.phone import PhoneSimulator
from app.views.preferences import Preferences
from app.views.queues import Queues
from app.views.record_layouts import RecordLayouts
from app.views.referrals import Referrals
from app.views.replies import Replies
from app.views.results import Results
from app.views.retention import Retention
from app.views.roles import Roles
from app.views.rules import Rules
from app.views.schedules import Schedules
from app.views.segments import Segments
from app.views.set_aside import SetAsideScreen
from app.views.sign_in import SignIn, limit_attempts
from app.views.styleguide import StyleGuide
from app.views.supplies import Supplies
from app.views.template_trials import TemplateTrials
from app.views.templates import Templates
from app.views.today import Today
from app.views.unknown_senders import UnknownSenders
from app.views.users import Users
from app.views.value_sets import ValueSets
from app.views.visits_by_link import VisitsByLink, limit_visits
from app.views.waitlist import Waitlist
from app.views.web_forms import WebForms
from app.views.why import Why
from app.views.wordings import Wordings
from app.views.written import Written
from journeys.foundation.words import N_

ROLE, SIGNED_IN, HIDDEN = "role", "signed in", "hidden"

CARE = N_("Care")
DESIGN = N_("Design")
ADMINISTRATION = N_("Administration")


@dataclass(frozen=True)
class Entry:
    """One screen: its class, its words and icon in the menu, the heading it stands under, and who sees it."""

    screen: type[BaseView]
    label: str = ""
    icon: str = ""
    category: str = ""
    who: str = ROLE
    right: str = "read"


ENTRIES = (
    Entry(Home, who=HIDDEN),
    Entry(SignIn, who=HIDDEN),
    Entry(ChoicesByLink, who=HIDDEN),
    Entry(FormsByLink, who=HIDDEN),
    Entry(ChatByLink, who=HIDDEN),
    Entry(VisitsByLink, who=HIDDEN),
    Entry(BookingByLink, who=HIDDEN),
    Entry(OffersByLink, who=HIDDEN),
    Entry(Consents, who=HIDDEN),
    Entry(Marks, who=HIDDEN),
    Entry(Caregivers, who=HIDDEN),
    Entry(Preferences, who=HIDDEN),
    Entry(Written, who=HIDDEN),
    Entry(Replies, who=HIDDEN),
    Entry(Account, N_("My account"), "user", who=HIDDEN),
    Entry(Today, N_("Today"), "today", CARE),
    Entry(HandingOver, who=HIDDEN),
    Entry(Inbox, N_("Inbox"), "speech", CARE),
    Entry(Complaints, N_("Complaints"), "flag", CARE),
    Entry(Queues, N_("Queues"), "list", CARE),
    Entry(SafetyBoard, N_("Safety board"), "alert", CARE),
    Entry(Results, N_("Results"), "lab", CARE),
    Entry(Patients, N_("Patients"), "users", CARE),
    Entry(Elsewhere, who=HIDDEN),
    Entry(Matches, N_("Possible duplicates"), "copy", CARE),
    Entry(FrontDesk, N_("Front desk"), "visit", CARE),
    Entry(Calendar, N_("Calendar"), "calendar", CARE),
    Entry(Waitlist, N_("Waitlist"), "clock", CARE),
    Entry(Due, N_("Due"), "clock", CARE),
    Entry(Choosing, who=HIDDEN),
    Entry(Referrals, N_("Referrals"), "referral", CARE),
    Entry(Messages, N_("Messages"), "message", CARE),
    Entry(Agreed, N_("Consents"), "shield", CARE),
    Entry(ConsentFiles, who=HIDDEN),
    Entry(UnknownSenders, N_("Unknown senders"), "inbox", CARE),
    Entry(ContactLedger, N_("Contact ledger"), "check-circle", CARE),
    Entry(Letters, N_("Letters"), "mail", CARE),
    Entry(Supplies, N_("Supplies"), "list", CARE),
    Entry(PhoneSimulator, N_("Phone simulator"), "phone", CARE),
    Entry(Journeys, N_("Journeys"), "journey", DESIGN),
    Entry(JourneyPeople, who=HIDDEN),
    Entry(Designer, who=HIDDEN),
    Entry(SetAsideScreen, N_("Set aside"), "hand", DESIGN),
    Entry(Rules, who=HIDDEN),
    Entry(Segments, N_("Segments"), "segment", DESIGN),
    Entry(Why, who=HIDDEN),
    Entry(Guidelines, N_("Guidelines"), "list", DESIGN),
    Entry(Clocks, N_("Safety clocks"), "clock", DESIGN),
    Entry(Attendance, N_("Attendance risk"), "chart", DESIGN),
    Entry(ValueSets, N_("Value sets"), "list", DESIGN),
    Entry(Templates, N_("Templates"), "template", DESIGN),
    Entry(TemplateTrials, who=HIDDEN),
    Entry(Wordings, N_("Wordings"), "edit", DESIGN),
    Entry(ContactRules, N_("Contact rules"), "shield", DESIGN),
    Entry(Fields, N_("Fields"), "edit", DESIGN),
    Entry(RecordLayouts, N_("Patient page"), "grid", DESIGN),
    Entry(WebForms, N_("Web forms"), "list", DESIGN),
    Entry(Channels, N_("Channels"), "message", ADMINISTRATION),
    Entry(Connections, N_("Connections"), "link", ADMINISTRATION),
    Entry(Interfaces, N_("Interfaces"), "link", ADMINISTRATION),
    Entry(FhirClients, N_("FHIR access"), "link", ADMINISTRATION),
    Entry(Schedules, N_("Schedules and types"), "calendar", ADMINISTRATION),
    Entry(Users, N_("People"), "users", ADMINISTRATION, right="list"),
    Entry(Roles, N_("Roles"), "shield", ADMINISTRATION),
    Entry(OpeningHoursScreen, N_("Opening hours"), "clock", ADMINISTRATION),
    Entry(Retention, N_("Retention"), "history", ADMINISTRATION),
    Entry(StyleGuide, N_("Style guide"), "palette", ADMINISTRATION),
    Entry(PatientColumns, who=HIDDEN),
    Entry(CustomValues, who=HIDDEN),
    Entry(Exports, who=HIDDEN),
    Entry(OpenApi, who=HIDDEN),
    Entry(SessionResource, who=HIDDEN),
    Entry(FieldsResource, who=HIDDEN),
    Entry(SegmentsResource, who=HIDDEN),
    Entry(JourneysResource, who=HIDDEN),
    Entry(PatientsResource, who=HIDDEN),
    Entry(ValuesResource, who=HIDDEN),
)


@dataclass(frozen=True)
class Link:
    """An entry as the reader sees it."""

    label: str
    icon: str
    address: str


OF_VISITS = (VisitsByLink, BookingByLink, OffersByLink)
"""What patients open of their appointments, and of times that are offered to them."""

Groups = tuple[tuple[str, tuple[Link, ...]], ...]
"""Headings with their links."""

MOST_MENUS = 256
"""Sets of rights and languages for which the menu is kept."""


def install(appbuilder: AppBuilder) -> None:
    """Register every screen and give templates the menu."""
    for entry in ENTRIES:
        refuse_unmarked(entry.screen)
        appbuilder.add_view_no_menu(entry.screen, endpoint=endpoint_of(entry.screen))
    appbuilder.sm.auth_view = next(view for view in appbuilder.baseviews if isinstance(view, SignIn))
    limit_attempts(appbuilder.sm.limiter, appbuilder.sm.auth_view)
    limit_links(appbuilder.sm.limiter, next(view for view in appbuilder.baseviews if isinstance(view, ChoicesByLink)))
    limit_forms(appbuilder.sm.limiter, next(view for view in appbuilder.baseviews if isinstance(view, FormsByLink)))
    limit_chat(appbuilder.sm.limiter, next(view for view in appbuilder.baseviews if isinstance(view, ChatByLink)))
    limit_visits(appbuilder.sm.limiter, *(view for view in appbuilder.baseviews if isinstance(view, OF_VISITS)))
    limit_identifying(appbuilder.sm.limiter, next(view for view in appbuilder.baseviews if isinstance(view, Elsewhere)))
    app: Flask = current_app
    app.jinja_env.globals.update(menu=visible, leading_here=leading_here)


def refuse_unmarked(screen: type[BaseView]) -> None:
    """Stop at once when a method says nothing about who may open it."""
    for name in dir(screen):
        method = getattr(screen, name)
        is_exposed = hasattr(method, "_urls") and name not in screen.exclude_route_methods
        if is_exposed and not hasattr(method, "_permission_name") and not hasattr(method, "who"):
            raise TypeError(f"{screen.__name__}.{name} needs @allowed, @signed_in or @anyone")


def endpoint_of(screen: type[BaseView]) -> str:
    """The name of a screen in `url_for`. Flask-AppBuilder's model views need the name of their class."""
    return screen.__name__ if issubclass(screen, ModelScreen) else screen.name


def visible() -> Groups:
    """The menu of the signed-in person: headings with their links."""
    if not current_user.is_authenticated:
        return ()
    return groups_of(current_app.appbuilder.sm.granted_now(), reader_locale(), request.script_root)


@lru_cache(MOST_MENUS)
def groups_of(granted: Grants, _reader: Locale, root: str) -> Groups:
    """The same for whoever holds these rights, in the language of this request."""
    groups: dict[str, list[Link]] = {}
    for entry in ENTRIES:
        if is_visible(entry, granted):
            address = address_of(root, f"{endpoint_of(entry.screen)}.{entry.screen.default_view}")
            heading = say(entry.category) if entry.category else ""
            groups.setdefault(heading, []).append(Link(say(entry.label), entry.icon, address))
    return tuple((heading, tuple(links)) for heading, links in groups.items())


def leading_here(groups: Groups) -> tuple[str, ...]:
    """The addresses in a menu that lead to the page shown, or to one above it."""
    return tuple(link.address for _, links in groups for link in links if here(link.address))


@lru_cache(len(ENTRIES))
def address_of(_root: str, endpoint: str) -> str:
    """Where an entry leads, worked out once for each place that a proxy puts the portal at."""
    return url_for(endpoint)


def is_visible(entry: Entry, granted: Grants) -> bool:
    """Whether somebody with these rights sees this entry."""
    if entry.who == HIDDEN:
        return False
    if entry.who == SIGNED_IN:
        return True
    return (f"can_{entry.right}", entry.screen.class_permission_name) in granted
