"""What a provider brings may be anything: it is read, or refused as what cannot be read, and nothing else happens."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Delivery

ADDRESS = "https://clinic.example/in/x"
MESSAGE = {"from": "12125550123", "id": "wamid.1", "type": "text", "text": {"body": "STOP"}}
STATUS = {"id": "wamid.2", "status": "failed", "errors": [{"code": 131026}], "biz_opaque_callback_data": "x"}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "code", "body"]), inner),
    max_leaves=4,
)


def brought(*messages, statuses=()):
    value = {"messages": list(messages), "statuses": list(statuses)}
    return {"object": "x", "entry": [{"changes": [{"field": "messages", "value": value}]}]}


def read(name, content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return CHANNELS[name].read(Delivery(ADDRESS, body=body))


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 5000, b"[]", b"1", b'"x"', b"{}", b'{"entry": 1}', b"a=b"])
def test_what_is_none_of_metas_cannot_be_read(body):
    for name in ("whatsapp_cloud", "messenger"):
        with pytest.raises(ValueError, match="no entries"):
            read(name, body)


@given(JUNK, st.sampled_from(sorted(MESSAGE)), st.sampled_from(sorted(STATUS)))
def test_one_odd_message_does_not_hide_the_good_one_beside_it(junk, of_message, of_status):
    odd, strange = {**MESSAGE, of_message: junk}, {**STATUS, of_status: junk}
    reading = read("whatsapp_cloud", brought(odd, MESSAGE, junk, statuses=[strange, junk, STATUS]))
    assert (reading.written[-1].sender, reading.written[-1].text) == ("+12125550123", "STOP")
    assert reading.receipts[-1].address_is_bad
    assert all("\x00" not in each.text and isinstance(each.text, str) for each in reading.written)


@given(JUNK)
def test_nothing_that_came_breaks_the_reading(junk):
    for content in (
        {"entry": junk},
        {"entry": [junk]},
        {"entry": [{"changes": junk}]},
        {"entry": [{"changes": [junk]}]},
    ):
        try:
            reading = read("whatsapp_cloud", content)
        except ValueError:
            continue
        assert reading.written == ()


@given(JUNK, st.sampled_from(["sender", "message", "postback", "delivery"]))
def test_an_odd_message_of_messenger_hides_no_good_one(junk, part):
    good = {"sender": {"id": "7"}, "message": {"mid": "m", "text": "STOP"}}
    entry = {"messaging": [{**good, part: junk}, junk, good]}
    assert read("messenger", {"entry": [entry, junk]}).written[-1].text == "STOP"


EDIT = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "no, cancel"}}}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "image", "image": {"caption": "STOP"}}, "STOP"),
        ({"type": "document", "document": {"filename": "a.pdf"}}, ""),
        ({"type": "edit", "edit": EDIT}, "no, cancel"),
        ({"type": "interactive", "interactive": {"list_reply": {"id": "1", "title": "Another day"}}}, "Another day"),
        ({"type": "interactive", "interactive": {"button_reply": {"id": "1", "title": "Yes"}}}, "Yes"),
        ({"type": "button", "button": {"text": "Confirm", "payload": "1"}}, "Confirm"),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, "👍"),
        ({"type": "poll", "poll": {}}, ""),
        ({"text": {"body": "x\x00y"}}, "xy"),
        ({"from": None, "from_user_id": "US.77"}, "STOP"),
    ],
)
def test_the_words_of_each_kind_of_message(message, text):
    (written,) = read("whatsapp_cloud", brought({**MESSAGE, **message})).written
    assert written.text == text
    assert written.sender == ("US.77" if "from_user_id" in message else "+12125550123")


@pytest.mark.parametrize("kind", ["revoke", "system", "unsupported"])
def test_what_is_none_of_the_patients_words_is_left_alone(kind):
    assert read("whatsapp_cloud", brought({**MESSAGE, "type": kind})).written == ()


@given(st.dictionaries(st.sampled_from(["MessageSid", "MessageStatus", "From", "Body", "ErrorCode"]), st.text()))
def test_a_form_of_twilio_is_read_or_refused(said):
    try:
        CHANNELS["twilio_sms"].read(Delivery(f"{ADDRESS}?message=x", body=urlencode(said).encode()))
    except ValueError:
        return
    assert "MessageSid" in said
