"""Realistic failures, one or more for every code of the diagnosis; the tests and the page of diagnoses use them."""

from diagnosis_cases.case import NOW, PASSWORD, Case
from diagnosis_cases.connections import CONNECTIONS
from diagnosis_cases.logins import LOGINS
from diagnosis_cases.mails import MAILS
from diagnosis_cases.replies import REPLIES
from diagnosis_cases.tls import TLS

CASES: tuple[Case, ...] = (*CONNECTIONS, *REPLIES, *TLS, *LOGINS, *MAILS)

__all__ = ["CASES", "NOW", "PASSWORD", "Case"]
