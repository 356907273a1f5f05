"""Results: somebody looks at each and says so, and the patient hears of it.

pending_results            what waits: to be acknowledged, or to be told to the patient
open_result                one of them with what it says
acknowledge_result         a clinician has seen it, as it stands
inform_patient             the patient was told, and how
"""
