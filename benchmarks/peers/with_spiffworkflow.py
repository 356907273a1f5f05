"""SpiffWorkflow: a BPMN process, its whole state saved to PostgreSQL after each step."""

import sys
from pathlib import Path

import work
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

URL = sys.argv[1]
STEPS = {"pause", "choose", "invite", "done"}
TABLE = "CREATE TABLE IF NOT EXISTS spiffworkflow (id bigint PRIMARY KEY, state jsonb NOT NULL)"
SAVE = "INSERT INTO spiffworkflow VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET state = excluded.state"


def of_url(step):
    return lambda enrolment: step(URL, enrolment)


def main(wanted):
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).with_name("journey.bpmn")))
    process = parser.get_spec("journey")
    known = {name: of_url(getattr(work, name)) for name in STEPS}
    engine = PythonScriptEngine(environment=TaskDataEnvironment(known))
    serializer = BpmnWorkflowSerializer()
    connection = work.connect(URL)
    connection.execute(TABLE)
    for enrolment in work.open_ones(URL, wanted):
        workflow = BpmnWorkflow(process, script_engine=engine)
        workflow.get_next_task(state=TaskState.READY).data["enrolment"] = enrolment
        while not workflow.is_completed():
            task = workflow.get_next_task(state=TaskState.READY)
            task.run()
            if task.task_spec.bpmn_id in STEPS:
                connection.execute(SAVE, [enrolment, serializer.serialize_json(workflow)])


main(int(sys.argv[2]))
