"""Every screen by Tab alone: whatever can be pressed or filled in is reached, in sight, with a ring that is seen."""

import pytest

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.settling import pressing
from tests.browser.test_screens import SCREENS, open_screen

MOST_TABS = 600

REACHABLE = """() => {
  const known = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const isHidden = (each) => each.closest("[inert], [aria-hidden=true]");
  const isThere = (each) => each.checkVisibility({ visibilityProperty: true }) && !isHidden(each);
  const canBe = (each) => !each.matches(":disabled, [tabindex='-1']") && isThere(each);
  const name = (each) => each.id || each.textContent.trim().slice(0, 30) || each.outerHTML.slice(0, 80);
  const others = (each) => [...document.getElementsByName(each.name)];
  const oneOf = (each) => each.type === "radio" && others(each).some((other) => other.seen);
  return [...document.querySelectorAll(known)].filter((each) => canBe(each) && !each.seen && !oneOf(each)).map(name);
}"""
"""The names of what can be used and was not reached. Of buttons of one choice the first one that is reached counts."""

FOCUSED = """() => {
  const here = document.activeElement;
  if (here === document.body || here === window.last) return "";
  window.last = here;
  if (here.seen) return null;
  here.seen = true;
  const box = here.getBoundingClientRect();
  const style = getComputedStyle(here);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const isTop = top && (here === top || here.contains(top) || top.contains(here) || top.closest("label"));
  const isRinged = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const name = here.id || here.textContent.trim().slice(0, 30) || here.outerHTML.slice(0, 80);
  return (isTop ? "" : "covered: ") + (isRinged ? "" : "no ring: ") + name;
}"""
"""What has the focus, with what is wrong about it; empty for the page itself and for all parts of a date but the first;
null once it was seen before."""


@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_everything_is_reached_by_tab(visit: Visit, clinic: Clinic, who: str, path: str) -> None:
    page = open_screen(visit, who, path)
    seen = []
    for found in pressing(page, "Tab", FOCUSED, MOST_TABS):
        if found is None:
            break
        seen.append(found)
    seen = [each for each in seen if each]
    assert len(seen) > 5
    assert not [each for each in seen if each.startswith(("covered: ", "no ring: "))]
    assert page.evaluate(REACHABLE) == []
