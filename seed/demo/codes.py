"""The codes that the demo's records use, as (system, code, display)."""

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
APPOINTMENT = "http://terminology.hl7.org/CodeSystem/v2-0276"

Code = tuple[str, str, str]

HYPERTENSION: Code = (SNOMED, "38341003", "Hypertensive disorder")
HYPERTENSION_ICD: Code = (ICD, "I10", "Essential (primary) hypertension")
DIABETES: Code = (SNOMED, "44054006", "Type 2 diabetes mellitus")
DIABETES_ICD: Code = (ICD, "E11.9", "Type 2 diabetes mellitus without complications")
PREDIABETES: Code = (ICD, "R73.03", "Prediabetes")
COPD: Code = (SNOMED, "13645005", "Chronic obstructive lung disease")
COPD_ICD: Code = (ICD, "J44.9", "Chronic obstructive pulmonary disease, unspecified")
KIDNEY_DISEASE: Code = (SNOMED, "433144002", "Chronic kidney disease stage 3")
KIDNEY_DISEASE_ICD: Code = (ICD, "N18.30", "Chronic kidney disease, stage 3 unspecified")
HEART_FAILURE: Code = (SNOMED, "84114007", "Heart failure")
HEART_FAILURE_ICD: Code = (ICD, "I50.9", "Heart failure, unspecified")
CHILDHOOD_ASTHMA: Code = (SNOMED, "233678006", "Childhood asthma")
PREGNANCY: Code = (SNOMED, "72892002", "Normal pregnancy")
LIVE_BIRTH: Code = (ICD, "Z37.0", "Single live birth")
MISCARRIAGE: Code = (SNOMED, "19169002", "Miscarriage in first trimester")
OTHER_CONDITIONS: tuple[Code, ...] = (
    (SNOMED, "55822004", "Hyperlipidemia"),
    (SNOMED, "195967001", "Asthma"),
    (SNOMED, "35489007", "Depressive disorder"),
    (SNOMED, "40930008", "Hypothyroidism"),
    (SNOMED, "396275006", "Osteoarthritis"),
)

COLONOSCOPY: Code = (SNOMED, "73761001", "Colonoscopy")
MAMMOGRAM: Code = (SNOMED, "24623002", "Screening mammography")
GASTROSCOPY: Code = (SNOMED, "76009000", "Esophagogastroduodenoscopy")
OPERATIONS: tuple[Code, ...] = (
    (SNOMED, "609588000", "Total knee replacement"),
    (SNOMED, "45595009", "Laparoscopic cholecystectomy"),
    (SNOMED, "110473004", "Cataract surgery"),
)
STOOL_TEST: Code = (LOINC, "29771-3", "Hemoglobin in stool by immunoassay")
PAP_TEST: Code = (LOINC, "10524-7", "Cervical cytology")

BLOOD_PRESSURE: Code = (LOINC, "85354-9", "Blood pressure panel with all children optional")
SYSTOLIC: Code = (LOINC, "8480-6", "Systolic blood pressure")
DIASTOLIC: Code = (LOINC, "8462-4", "Diastolic blood pressure")
HBA1C: Code = (LOINC, "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood")
WEIGHT: Code = (LOINC, "29463-7", "Body weight")
LAB_REPORT: Code = (LOINC, "24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma")
ECHO_REPORT: Code = (LOINC, "34552-0", "2D echocardiogram panel")

CHECK_UP: Code = (SNOMED, "185349003", "Encounter for check up")
EMERGENCY: Code = (SNOMED, "50849002", "Emergency room admission")
FOLLOW_UP: Code = (SNOMED, "390906007", "Follow-up encounter")
ROUTINE: Code = (APPOINTMENT, "ROUTINE", "Routine appointment")
FOLLOWUP: Code = (APPOINTMENT, "FOLLOWUP", "A follow up visit from a previous appointment")

CARE_PLAN: Code = (SNOMED, "734163000", "Care plan")
BP_REVIEW: Code = (SNOMED, "75367002", "BP review every 6 months")
HBA1C_TEST: Code = (SNOMED, "43396009", "HbA1c test")

LISINOPRIL: Code = (RXNORM, "314076", "lisinopril 10 MG Oral Tablet")
AMLODIPINE: Code = (RXNORM, "197361", "amlodipine 5 MG Oral Tablet")
METFORMIN: Code = (RXNORM, "861007", "metformin hydrochloride 500 MG Oral Tablet")

INFLUENZA: Code = (CVX, "140", "Influenza, seasonal, injectable, preservative free")
MMR: Code = (CVX, "03", "MMR")

REFERRALS: dict[str, Code] = {
    "cardiology": (SNOMED, "183519002", "Referral to cardiology service"),
    "ophthalmology": (SNOMED, "183522000", "Referral to ophthalmology service"),
    "nephrology": (SNOMED, "306255002", "Referral to nephrologist"),
}


def coded(code: Code) -> dict[str, str]:
    """The three columns of a code."""
    system, value, display = code
    return {"code_system": system, "code": value, "display": display}
