"""Speaks the trial calls that were asked for: read, speak in no transaction, record; a flow of verbs, not one.

Where a worker dies between speaking and recording, the trial is spoken again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable

from journeys.flow.webhooks.record_trial import record_trial
from journeys.flow.webhooks.speaking import Outside
from journeys.flow.webhooks.waiting_trials import waiting_trials
from journeys.foundation.acting import Act, House, act


def speak_trials(house: House, make_act: Callable[[], Act], outside: Outside) -> int:
    """Speak every trial that waits, and return how many that were."""
    trials = act(house, make_act(), waiting_trials)
    for trial in trials:
        said = outside.speak(trial, make_act().now)
        act(house, make_act(), record_trial, trial.uid, said)
    return len(trials)
