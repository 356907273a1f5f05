"""Words are known however they are written; what is disguised is still the word, and other words are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.contact.replies import keywords
from journeys.contact.replies.letters import normalise, readings, squeezed
from journeys.contact.replies.understand import understand

ANSWERS = {"1": "confirm", "2": "decline", "yes": "confirm"}

STOPS = [
    "stop",
    "STOP",
    " Stop. ",
    "STOP!!!",
    '"STOP"',
    "'stop'",
    "(stop)",
    "*STOP*",
    "#stop",
    "s.t.o.p",
    "S T O P",
    "s-t-o-p",
    "ＳＴＯＰ",
    "ｓｔｏｐ",
    "𝐒𝐓𝐎𝐏",
    "𝓼𝓽𝓸𝓹",
    "𝕊𝕋𝕆ℙ",
    "ⓢⓣⓞⓟ",
    "🅢🅣🅞🅟",
    "🅂🅃🄾🄿",
    "🆂🆃🅾🅿",
    "🇸\u200b🇹\u200b🇴\u200b🇵",
    "ꜱᴛᴏᴘ",
    "ЅТОР",
    "Stοp",
    "St\u200bop",
    "st\u00adop",
    "\ufeffstop",
    "\u202estop\u202c",
    "s̶t̶o̶p̶",
    "śtöp",
    "ST0P",
    "5top",
    "stooop",
    "STOPPP",
    "stop stop stop",
    "🛑",
    "🛑\ufe0f",
    "🛑🛑🛑",
    "⛔\ufe0f",
    "🚫",
    "✋🏽",
    "stop 🛑",
    "stop please",
    "Please, STOP!",
    "STOP thank you",
    "pls stop now",
    "stop gracias",
    "Opt-Out",
    "opt out",
    "OPTOUT",
    "Stop all",
    "STOPALL",
    "unsubscribe.",
    "UNSUSCRIBE",
    "Unsub",
    "do not contact me",
    "take me off your list",
    "no más",
    "NO MAS!",
    "ÁLTO",
    "arrêt",
    "ARRÊTE",
    "désabonner",
    "Abmelden",
    "STOPP",
    "стоп",
    "ОТПИСАТЬСЯ",
    "İPTAL",
    "ıptal",
    "إيقاف",
    "ايـقـاف",
    "إِيقَاف",
    "הסר",
    "रोकें",
    "बंद करो",
    "বন্ধ করুন",
    "停止",
    "退订",
    "退訂",
    "停 止",
    "ストップ",
    "ｽﾄｯﾌﾟ",
    "수신거부",
    "hủy",
    "HUY",
    "หยุด",
    "berhenti",
    "ΣΤΟΠ",
    "στοπ",
    "TD",
]


@pytest.mark.parametrize("text", STOPS)
def test_an_opt_out_is_one_however_it_is_written(text):
    meant = understand(text, ANSWERS)
    assert (meant.outcome, meant.by, meant.confidence) == ("stop", "keyword", 100)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("1", "confirm"),
        ("１", "confirm"),
        ("1️⃣", "confirm"),
        ("①", "confirm"),
        ("١", "confirm"),
        ("१", "confirm"),
        ("1.", "confirm"),
        ("2️⃣", "decline"),
        ("YES!!!", "confirm"),
        ("yess", "confirm"),
        ("y e s", "confirm"),
        ("Yes 👍", "confirm"),
        ("👍🏿", "confirm"),
        ("✅", "confirm"),
        ("✔️", "confirm"),
        ("❌", "decline"),
        ("yes, thank you", "confirm"),
        ("ok ok", "confirm"),
        ("no thanks", "decline"),
        ("да", "confirm"),
        ("نعم", "confirm"),
        ("好的", "confirm"),
        ("はい", "confirm"),
        ("네", "confirm"),
        ("हां", "confirm"),
        ("não", "decline"),
        ("HELP", "help"),
        ("ПОМОЩЬ", "help"),
        ("unstop", "start"),
        ("wrong number, sorry", "wrong-number"),
        ("打错了", "wrong-number"),
        ("ok I will stop by", "other"),
        ("yes stop", "other"),
        ("no stop", "other"),
        ("top", "other"),
        ("", "other"),
        ("🤔", "other"),
        ("Please", "other"),
        ("11", "other"),
        ("stopwatch", "other"),
        ("3", "other"),
        ("\u200b", "other"),
    ],
)
def test_answers_are_known_however_they_are_written(text, outcome):
    assert understand(text, ANSWERS).outcome == outcome


@pytest.mark.parametrize(
    ("text", "outcome", "intent"),
    [
        ("stpo", "other", "maybe-stop"),
        ("unsubsribe", "other", "maybe-stop"),
        ("please don't stop", "other", "maybe-stop"),
        ("Don't stop texting me, I like it", "other", "maybe-stop"),
        ("I want to opt out of these", "stop", None),
        ("请不要再发短信了", "stop", None),
        ("もう送らないでください", "stop", None),
        ("cancel my appointment", "other", "cancel"),
        ("取消", "stop", "cancel"),
        ("Cancel please", "stop", "cancel"),
        ("need to move my appt", "other", "reschedule"),
        ("我想改期", "other", "reschedule"),
        ("سأحتاج إلى تغيير الموعد", "other", "reschedule"),
        ("胸口痛", "other", "emergency"),
        ("I can’t breathe", "other", "emergency"),
        ("CAN'T BREATHE!!", "other", "emergency"),
        ("сhest раin", "other", "emergency"),
        ("не могу дышать", "other", "emergency"),
        ("死にたい", "other", "emergency"),
        ("이제 죽고 싶어요", "other", "emergency"),
        ("YES but I have chest pain", "other", "emergency"),
        ("où est-ce ?", "other", "question"),
        ("متى؟", "other", "question"),
        ("几点？", "other", "question"),
    ],
)
def test_phrases_are_found_in_every_script(text, outcome, intent):
    meant = understand(text, ANSWERS)
    assert (meant.outcome, meant.intent) == (outcome, intent)


def test_no_word_has_two_meanings():
    told = {}
    for meaning, by_language in keywords.WORDS.items():
        for language, words in by_language.items():
            for word in words:
                plain = normalise(word)
                assert plain, (language, word)
                assert told.setdefault(plain, meaning) == meaning, (language, word)
    by_squeezed = {}
    for word, meaning in keywords.MEANINGS.items():
        assert by_squeezed.setdefault(squeezed(word), meaning) == meaning, word


@given(st.text())
def test_what_is_compared_is_one_form(text):
    plain = normalise(text)
    assert normalise(plain) == plain
    assert readings(plain)[0] == plain
    assert keywords.kind_of(plain) == keywords.kind_of(normalise(plain.upper())) or plain != normalise(plain.upper())


@given(
    st.sampled_from(sorted(keywords.MEANINGS)), st.sampled_from(["", " ", "!", "...", "\n", "\u200b", "🙂", "\ufe0f"])
)
def test_what_stands_around_a_word_changes_nothing(word, around):
    assert keywords.kind_of(normalise(f"{around}{word}{around}")) == keywords.MEANINGS[word]
