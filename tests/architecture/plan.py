"""What the house is made of: rooms with their floors, growing folders, and who may know which library."""

FLOORS = {
    "config": 0,
    "journeys": 1,
    "journeys.foundation": 10,
    "journeys.store": 11,
    "journeys.criteria": 12,
    "journeys.work": 30,
    "journeys.contact": 31,
    "journeys.care": 32,
    "journeys.access": 32,
    "journeys.experience": 32,
    "journeys.desk": 33,
    "journeys.indicators": 33,
    "journeys.flow": 40,
    "journeys.sync": 40,
    "journeys.worker": 50,
    "app": 60,
    "seed": 70,
    "launcher": 80,
    "run": 90,
}
"""A room may import itself and rooms of lower floors; rooms of one floor do not know each other."""

NEVER = {("app", "journeys.worker")}
"""Down the floors, and still forbidden: the portal only rings a bell."""

GROWING_FOLDERS = (
    "journeys.criteria.fields",
    "journeys.criteria.operators",
    "journeys.criteria.checks",
    "journeys.criteria.custom.types",
    "journeys.work.clocks.entities",
    "journeys.contact.rules",
    "journeys.contact.media",
    "journeys.contact.channels",
    "journeys.contact.template_checks",
    "journeys.flow.steps",
    "journeys.flow.checks",
    "journeys.flow.reactions",
    "journeys.sync.connectors",
    "journeys.indicators",
)
"""One file, one capability. A file here imports no sibling but `base`, and has golden cases."""

NOT_A_CAPABILITY = {"__init__", "base"}

PORTAL_LIBRARIES = ("flask", "flask_appbuilder", "flask_babel", "flask_login", "flask_wtf", "wtforms", "werkzeug")
WORKER_LIBRARIES = ("rq",)
KNOWS_RQ = "journeys.worker"

LONGEST_FUNCTION = 45
LONGEST_FILE = 350
WITHOUT_LIMITS = ("journeys.store.migrations",)
