"""Attendance risk on a public file of appointments: honest figures on its last days, and no look ahead."""

import pytest

from benchmarks import risk
from journeys.access.risk.judging import judged
from journeys.access.risk.learning import learnt, spans_of
from journeys.foundation.database import OWNER, connect
from tests import noshow

pytestmark = [
    pytest.mark.store,
    pytest.mark.slow,
    pytest.mark.skipif(noshow.folder() is None, reason="the public file of appointments is not here"),
]


@pytest.fixture(scope="module")
def connection(cluster):
    fresh = cluster.new()
    engine = connect(fresh.url, OWNER)
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    cluster.drop(fresh)


def test_the_last_days_are_foretold_as_published_honest_models_do(connection):
    files = noshow.read(noshow.folder())
    noshow.load(connection, files.rows)
    visits = risk.seen(connection)
    spans = spans_of(visits, files.judged_from)
    model = learnt(spans)

    found = judged([model.probability(each.facts) for each in spans.judged], [each.is_missed for each in spans.judged])

    assert 0.72 <= found.auc <= 0.80
    assert 0.8 <= found.slope <= 1.2
    assert found.brier < found.base
    assert [figure.value for figure in risk.of_leaks(connection, visits, spans.judged[0])] == [0]
