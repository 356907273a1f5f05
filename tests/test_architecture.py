"""The plan of the house holds, and the rules that say so can fail."""

import subprocess
import sys

import pytest

from config import PROJECT
from tests.architecture import rules
from tests.architecture.source import read

MODULES = read(PROJECT)


def test_imports_point_down():
    assert rules.upward_imports(MODULES) == []


def test_every_room_of_the_engine_has_a_floor():
    assert rules.rooms_without_a_floor(MODULES) == []


def test_the_engine_knows_no_flask_and_only_the_worker_knows_rq():
    assert rules.forbidden_libraries(MODULES) == []


def test_nothing_is_imported_inside_a_function():
    assert rules.hidden_imports(MODULES) == []


def test_no_modules_import_each_other():
    assert rules.import_cycles(MODULES) == []


def test_capabilities_do_not_know_each_other():
    assert rules.sibling_imports(MODULES) == []


def test_every_capability_has_golden_cases():
    assert rules.capabilities_without_cases(MODULES, PROJECT) == []


def test_golden_cases_have_their_capability():
    assert rules.cases_without_capability(MODULES, PROJECT) == []


def test_files_and_functions_stay_short():
    assert rules.too_long(MODULES) == []


def test_the_audit_can_tell_verbs_apart():
    assert rules.verbs_of_one_name(MODULES) == []


def test_every_file_says_what_it_is():
    assert rules.without_docstring(MODULES) == []


def test_loading_the_engine_loads_no_flask():
    engine = [name for name in MODULES if name.startswith("journeys") and ".migrations" not in name]
    program = f"""
import importlib, sys
for name in {engine!r}:
    importlib.import_module(name)
print(sorted(name for name in sys.modules if name.partition(".")[0].startswith("flask")))
"""
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


class TestTheRulesCanFail:
    """Each rule on a small made-up house with one breach."""

    @pytest.fixture
    def house(self, tmp_path):
        def build(**files):
            for name, text in files.items():
                file = tmp_path / (name.replace("__", "/") + ".py")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return read(tmp_path)

        return build

    def test_an_upward_import_is_found(self, house):
        modules = house(journeys__store__people="from journeys.flow import advance\n", journeys__flow__advance="")
        assert rules.upward_imports(modules) == [
            "journeys/store/people.py:1 journeys.store must not import journeys.flow"
        ]

    def test_a_downward_import_is_allowed(self, house):
        modules = house(journeys__flow__advance="from journeys.store import people\n", journeys__store__people="")
        assert rules.upward_imports(modules) == []

    def test_rooms_of_one_floor_are_apart(self, house):
        modules = house(journeys__care__due="import journeys.access.slots\n", journeys__access__slots="")
        assert len(rules.upward_imports(modules)) == 1

    def test_a_relative_import_upward_is_found(self, house):
        modules = house(journeys__store__people="from ..flow import advance\n", journeys__flow__advance="")
        assert len(rules.upward_imports(modules)) == 1

    def test_the_portal_must_not_import_the_worker(self, house):
        modules = house(app__views__today="from journeys import worker\n", journeys__worker="")
        assert rules.upward_imports(modules) == ["app/views/today.py:1 app must not import journeys.worker"]

    @pytest.mark.parametrize("statement", ["import flask", "from flask_babel import gettext", "from rq import Queue"])
    def test_a_forbidden_library_in_the_engine_is_found(self, house, statement):
        modules = house(journeys__flow__advance=f"'''Moves.'''\n{statement}\n")
        assert len(rules.forbidden_libraries(modules)) == 1

    def test_the_worker_may_know_rq_but_no_flask(self, house):
        modules = house(journeys__worker="from rq import Queue\nimport flask\n")
        assert rules.forbidden_libraries(modules) == ["journeys/worker.py:2 the engine must not import flask"]

    def test_a_capability_without_golden_cases_is_found(self, house, tmp_path):
        modules = house(journeys__flow__steps__wait="'''Waits.'''\n", journeys__flow__steps__base="")
        assert rules.capabilities_without_cases(modules, tmp_path) == [
            "journeys/flow/steps/wait.py has no golden cases: tests/spec/flow.steps/wait.yaml"
        ]

    def test_empty_golden_cases_do_not_count(self, house, tmp_path):
        modules = house(journeys__flow__steps__wait="'''Waits.'''\n")
        cases = tmp_path / "tests" / "spec" / "flow.steps" / "wait.yaml"
        cases.parent.mkdir(parents=True)
        cases.write_text("\n")
        assert len(rules.capabilities_without_cases(modules, tmp_path)) == 1
        cases.write_text("- name: a case\n")
        assert rules.capabilities_without_cases(modules, tmp_path) == []

    def test_golden_cases_left_behind_are_found(self, house, tmp_path):
        cases = tmp_path / "tests" / "spec" / "flow.steps" / "gone.yaml"
        cases.parent.mkdir(parents=True)
        cases.write_text("- name: a case\n")
        assert len(rules.cases_without_capability(house(), tmp_path)) == 1

    def test_a_capability_that_knows_its_sibling_is_found(self, house):
        modules = house(
            journeys__flow__steps__wait="from journeys.flow.steps import base, task\n",
            journeys__flow__steps__task="from journeys.flow.steps.base import Step\n",
            journeys__flow__steps__base="",
        )
        assert rules.sibling_imports(modules) == [
            "journeys/flow/steps/wait.py:1 a capability must not import its sibling journeys.flow.steps.task"
        ]

    def test_an_import_inside_a_function_is_found(self, house):
        modules = house(journeys__flow__advance="def advance():\n    from journeys.store import people\n")
        assert rules.hidden_imports(modules) == ["journeys/flow/advance.py:2 an import inside advance()"]

    def test_modules_that_import_each_other_are_found(self, house):
        modules = house(
            journeys__store__people="from journeys.store import events\n",
            journeys__store__events="from journeys.store.people import Patient\n",
        )
        assert len(rules.import_cycles(modules)) == 1

    def test_two_verbs_of_one_name_are_found(self, house):
        verb = "def pause(session, act):\n    pass\n"
        modules = house(
            journeys__flow__pauses__pause=verb, journeys__flow__steps__pause=verb, journeys__work__pause=verb
        )
        assert len(rules.verbs_of_one_name(modules)) == 1

    def test_a_room_that_is_not_planned_is_found(self, house):
        assert len(rules.rooms_without_a_floor(house(journeys__helpers__things=""))) == 1

    def test_long_files_and_functions_are_found(self, house):
        modules = house(app__long="def long():\n" + "    pass\n" * 400)
        assert len(rules.too_long(modules)) == 2

    def test_a_file_that_says_nothing_is_found(self, house):
        assert rules.without_docstring(house(app__silent="import os\n")) == ["app/silent.py has no docstring"]
