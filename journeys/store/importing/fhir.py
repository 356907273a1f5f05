"""The little of FHIR R4 that every kind shares: names of resource types, ids, dates."""

from __future__ import annotations

import datetime as dt
import re

RESOURCE_TYPE_NAMES = """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
    BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
    FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
    Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
    MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
    MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
    Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
    Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole
    Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
    ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
    SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
    Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
    SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities
    TestReport TestScript ValueSet VerificationResult VisionPrescription
"""
RESOURCE_TYPES = frozenset(RESOURCE_TYPE_NAMES.split())
"""The 148 resource types of R4."""

OUTSIDE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
"""An id: FHIR's letters, digits, hyphen and dot; the underscore and more length, because real systems send them."""

DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
NOON = dt.time(12, tzinfo=dt.UTC)


def date_of(text: str) -> dt.date | None:
    """A FHIR date; a year or a month alone is its first day. None when it is no date."""
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = found.groups(default="1")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def moment_of(text: str) -> dt.datetime | None:
    """A FHIR dateTime or instant; a date alone is its noon UTC. None when it is neither."""
    day = date_of(text)
    if day is not None:
        return dt.datetime.combine(day, NOON)
    if MOMENT.fullmatch(text) is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        # a leap or an offset may carry the moment out of the years that Python and PostgreSQL both know
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
