"""Messages of one patient through a referral, with people who do not exist."""


def header(kind: str, number: str, at: str = "20260501100000") -> str:
    return rf"MSH|^~\&|EHR|CITY|WAYMARK|CLINIC|{at}-0400||{kind}|{number}|P|2.5.1"


SARAH = (
    "PID|1||100^^^CITY^MR||Mitchell^Sarah^Ann||19740305|F|||1 Main St^^Albany^NY^12207^USA^H||^PRN^PH^^1^212^5550123"
)


def registered(number: str = "A1", at: str = "20260501100000", patient: str = SARAH) -> str:
    return f"{header('ADT^A28^ADT_A05', number, at)}\nEVN|A28|{at}\n{patient}"


def ordered(number: str = "O1", at: str = "20260501101000", control: str = "NW", status: str = "") -> str:
    return (
        f"{header('OMG^O19^OMG_O19', number, at)}\n{SARAH}\n"
        f"ORC|{control}|P77^CLINIC|F88^CITY||{status}||||{at}-0400|||D1^Lee^Anna\n"
        "OBR|1|P77^CLINIC|F88^CITY|3457005^Referral to cardiology^SCT"
    )


def booked(number: str = "S1", at: str = "20260501102000", event: str = "S12", start: str = "202605201030") -> str:
    return (
        f"{header(f'SIU^{event}^SIU_S12', number, at)}\n"
        f"SCH|AP1^CLINIC|AP9^CITY||||||CHECKUP^Check-up^L|30|min|^^^{start}||||||||||||||Booked|P77^CLINIC\n"
        f"{SARAH}\nRGS|1\nAIS|1||CARD^Cardiology consult^L\nAIL|1||CARD^^^CITY\nAIP|1||D9^Heart^Hanna"
    )


def reported(
    number: str = "R1", at: str = "20260520120000", status: str = "F", value: str = "7.1", flag: str = "H"
) -> str:
    return (
        f"{header('ORU^R01^ORU_R01', number, at)}\n{SARAH}\n"
        f"OBR|1|P77^CLINIC|L5^LAB|4548-4^Hemoglobin A1c^LN|||202605200800-0400|||||||||||||||{at}-0400|||{status}\n"
        f"OBX|1|NM|4548-4^Hemoglobin A1c^LN||{value}|%^percent^UCUM|4.0-5.6|{flag}|||{status}"
    )


def merged(number: str = "M1", at: str = "20260521090000", kept: str = "100", gone: str = "200") -> str:
    return (
        f"{header('ADT^A40^ADT_A39', number, at)}\nEVN|A40|{at}\n"
        f"PID|1||{kept}^^^CITY^MR||Mitchell^Sarah||19740305|F\nMRG|{gone}^^^CITY^MR"
    )
