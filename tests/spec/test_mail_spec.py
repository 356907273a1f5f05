"""What lies in a mailbox and what is read in it: the cases `mails` of the channel `email`."""

from pathlib import Path

import pytest
import yaml

from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Delivery

CASES = yaml.safe_load((Path(__file__).parent / "contact.channels" / "email.yaml").read_text("utf-8"))["mails"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["unix", "wire"])
@pytest.mark.parametrize("case", CASES, ids=[each["says"] for each in CASES])
def test_mail(case, line_end):
    raw = case["raw"].replace("\n", line_end).encode()
    reading = CHANNELS["email"].read(Delivery("imap:desk", body=raw))
    assert [as_case(each) for each in reading.written] == [each for each in [case.get("written")] if each]
    assert [as_receipt(each) for each in reading.receipts] == case.get("receipts", [])
    assert [str(each.uid) for each in reading.complaints] == case.get("complaints", [])
    assert reading.passed_over == case.get("passed_over", "")


def as_case(written):
    said = {"sender": written.sender, "text": written.text, "answers": str(written.answers or "")}
    said["files"] = [[each.name, each.size, each.refused] for each in written.files]
    return {name: value for name, value in said.items() if value}


def as_receipt(receipt):
    shown = {name: value for name, value in vars(receipt).items() if value}
    return {**shown, "uid": str(receipt.uid)}
