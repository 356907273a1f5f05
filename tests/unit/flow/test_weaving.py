"""Two people change one draft: what does not touch is woven, what does is named, and nobody's work is lost."""

import copy

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from journeys.flow.text.weaving import GONE, is_same, parts_of, weave

BASE = {
    "name": {"en": "Recall"},
    "start": "hello",
    "steps": {
        "hello": {"type": "send_message", "config": {}, "next": {"next": "wait"}},
        "wait": {"type": "wait", "config": {"timeout": {"days": 14}}, "next": {"timeout": "end"}},
        "end": {"type": "end", "config": {"reason": "finished"}},
    },
}

IDS = st.sampled_from(["a", "b", "c", "d", "e"])
STEPS = st.fixed_dictionaries({"type": st.sampled_from(["wait", "end"]), "config": st.integers(0, 3) | st.booleans()})
DRAFTS = st.fixed_dictionaries(
    {"start": st.just("a"), "steps": st.dictionaries(IDS, STEPS)},
    optional={"name": st.integers(0, 3), "comments": st.dictionaries(st.sampled_from(["a", "b"]), st.just("# x"))},
)


def changed(**steps):
    draft = copy.deepcopy(BASE)
    for step_id, step in steps.items():
        if step is None:
            del draft["steps"][step_id]
        else:
            draft["steps"][step_id] = step
    return draft


SHORTER = {**BASE["steps"]["wait"], "config": {"timeout": {"days": 10}}}
LONGER = {**BASE["steps"]["wait"], "config": {"timeout": {"days": 20}}}
CALL = {"type": "task", "config": {}, "next": {"done": "end"}}
TO_WAIT = {**CALL, "next": {"done": "wait"}}


def test_changes_of_different_steps_and_of_the_head_are_woven():
    mine = {**changed(wait=SHORTER), "priority": 80}
    woven = weave(BASE, mine, changed(call=CALL))
    assert not woven.conflicts
    assert woven.content == {**changed(wait=SHORTER, call=CALL), "priority": 80}


def test_the_same_change_of_both_is_no_conflict():
    assert weave(BASE, changed(wait=SHORTER), changed(wait=SHORTER)).content == changed(wait=SHORTER)


def test_one_step_changed_by_both_is_named_and_mine_is_kept():
    woven = weave(BASE, changed(wait=SHORTER, call=CALL), changed(wait=LONGER))
    assert [each.where for each in woven.conflicts] == ["steps.wait"]
    assert woven.content == changed(wait=SHORTER, call=CALL)


@pytest.mark.parametrize(("mine", "theirs", "gone_here"), [(None, SHORTER, True), (SHORTER, None, False)])
def test_a_step_changed_by_one_and_taken_out_by_the_other_is_named(mine, theirs, gone_here):
    before = changed(hello={**BASE["steps"]["hello"], "next": {}})
    sides = [copy.deepcopy(before) for _ in range(2)]
    for side, step in zip(sides, (mine, theirs), strict=True):
        side["steps"].pop("wait")
        side["steps"] |= {"wait": step} if step else {}
    (conflict,) = weave(before, *sides).conflicts
    assert (conflict.where, conflict.is_gone_here, conflict.is_gone_there) == ("steps.wait", gone_here, not gone_here)


@pytest.mark.parametrize("is_mine_out", [True, False])
def test_a_step_taken_out_while_the_other_leads_to_it_is_named_and_stays(is_mine_out):
    hello = {**BASE["steps"]["hello"], "next": {"next": "end"}}
    sides = [changed(wait=None, hello=hello), changed(call=TO_WAIT)]
    woven = weave(BASE, *(sides if is_mine_out else reversed(sides)))
    assert [(each.where, each.is_gone_here) for each in woven.conflicts] == [("steps.wait", is_mine_out)]
    assert woven.content["steps"]["wait"] == BASE["steps"]["wait"]


@given(DRAFTS, DRAFTS, DRAFTS)
def test_everything_that_somebody_changed_is_there_or_named(base, mine, theirs):
    woven = weave(base, mine, theirs)
    named = {each.part for each in woven.conflicts}
    was, here, there, now = (parts_of(each) for each in (base, mine, theirs, woven.content))
    for part in {*was, *here, *there} - named:
        sides = [side.get(part, GONE) for side in (here, there)]
        news = [side for side in sides if not is_same(side, was.get(part, GONE))]
        assert is_same(now.get(part, GONE), news[0] if news else was[part])
        assert len(news) < 2 or is_same(*news)
    for part in named:
        assert is_same(now.get(part, GONE), here.get(part, now.get(part, GONE)))


@given(DRAFTS, DRAFTS, DRAFTS)
def test_changes_that_do_not_touch_commute(base, mine, theirs):
    one, other = weave(base, mine, theirs), weave(base, theirs, mine)
    assert {each.part for each in one.conflicts} == {each.part for each in other.conflicts}
    assume(not one.conflicts)
    assert is_same(one.content, other.content)


@given(DRAFTS, DRAFTS)
def test_whoever_changed_nothing_gets_what_the_other_wrote(base, theirs):
    assert is_same(weave(base, base, theirs).content.get("steps"), theirs["steps"])
