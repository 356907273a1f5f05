import os, pytest
from pathlib import Path
pytestmark = pytest.mark.browser
SHOTS = [s.split("|") for s in os.environ.get("SHOTS","ada|/styleguide/|light|1280|en").split(";")]
from tests.browser.clinic import open_clinic
@pytest.fixture(scope="session")
def clinic(browser_app):
    c = open_clinic(browser_app, browser_app.config["WAYMARK"])
    return c
def test_shots(visit, clinic):
    from seed import demo
    print([ (p.username, p.role) for p in demo.sign_ins()])
    for who,path,theme,width,lang in SHOTS:
        page = visit(who or None, path, theme=theme, width=int(width), language=lang, height=900, allowed=("404","403","500"))
        page.wait_for_load_state("networkidle")
        name = f"/tmp/shots/{path.strip('/').replace('/','_') or 'home'}-{theme}-{width}-{lang}.png"
        print(name, page.url, page.evaluate("document.documentElement.scrollWidth"))
        page.screenshot(path=name, full_page=os.environ.get("FULL")=="1")
