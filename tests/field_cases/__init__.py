"""Failures that people met in the field, as data (README.md says how to read it), and the judge of their diagnoses."""

from field_cases.cases import FieldCase, cases
from field_cases.judge import faults
from field_cases.server import run
from field_cases.wordings import Wording, wordings

__all__ = ["FieldCase", "Wording", "cases", "faults", "run", "wordings"]
