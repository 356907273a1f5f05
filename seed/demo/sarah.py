"""Sarah Mitchell, whose year shows the gaps between visits: the recall, the referral, the test nobody asked for.

Her last review was in the first days of her year; the next is due in three weeks. A cardiology referral has been
without an answer for six weeks; her yearly HbA1c (she is at the border of diabetes) is overdue. Nothing is booked.
"""

from __future__ import annotations

import datetime as dt

from seed.demo import codes, data
from seed.demo.care import HALF_YEAR, Care
from seed.demo.people import Person
from seed.demo.visits import DAY, number

NUMBER = 0

DUE_IN = 22
REFERRED = 42
TESTED = 410
READINGS = ((1275, 136), (1090, 138), (905, 141), (720, 139), (540, 144), (360, 147), (HALF_YEAR - DUE_IN, 152))
"""(days ago, systolic): the slow rise that one sees on one timeline only."""


def person() -> Person:
    """Who she is: always the same, reachable by phone and e-mail."""
    return Person(
        number=NUMBER,
        branch=data.clinic()["branches"][0],
        given="Sarah",
        family="Mitchell",
        gender="female",
        birth_date=dt.date(1962, 3, 14),
        language="en",
        time_zone="America/New_York",
        phone="+12125550142",
        phone_use="mobile",
        email="sarah.mitchell@example.org",
        payer_class="insured",
        preferred_channel="sms",
        street="48 Garden Street",
        postal_code="10025",
        deceased_at=None,
    )


def year(care: Care) -> None:
    """What her chart holds today."""
    now = care.now
    since = now - 2400 * DAY
    care.condition(codes.HYPERTENSION, since)
    care.condition(codes.PREDIABETES, now - 1400 * DAY)
    care.medicine(codes.LISINOPRIL, since + DAY)
    care.episode("hypertension-care", since)
    last = now
    for days_ago, systolic in READINGS:
        last = care.opening.slot(care.chance, (now - days_ago * DAY).date())
        care.blood_pressure(last, care.encounter(last, codes.FOLLOW_UP), systolic)
    for days_ago, value in ((TESTED + 370, 5.8), (TESTED, 6.0)):
        care.measure(codes.HBA1C, now - days_ago * DAY, None, number(value, "0.1"), "%")
    care.plan(codes.BP_REVIEW, HALF_YEAR, last, since)
    care.plan(codes.HBA1C_TEST, 365, now - TESTED * DAY, now - 1400 * DAY)
    care.referral("cardiology", REFERRED, "sent")
