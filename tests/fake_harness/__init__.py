"""A stand-in for Harness that the tests talk to over real HTTP, quirks included.

Built from what is public about Harness's APIs, never run against a live account. `FakeHarness` is the server; what a
test changes from outside or asserts on hangs on the `Account` that `FakeHarness.add_account` gives.
"""

from __future__ import annotations

from fake_harness.accounts import FIRSTGEN_PERMISSIONS, NEXTGEN_PERMISSIONS, Account
from fake_harness.encrypted_texts import EncryptedText
from fake_harness.faults import Fault
from fake_harness.firstgen_settings import FirstGenProvider
from fake_harness.secrets import NextGenSecret
from fake_harness.server import FakeHarness, RecordedRequest
from fake_harness.smtp_config import MASK, StoredSmtpConfig
from fake_harness.usage_scope import ScopeEntry

__all__ = [
    "FIRSTGEN_PERMISSIONS",
    "MASK",
    "NEXTGEN_PERMISSIONS",
    "Account",
    "EncryptedText",
    "FakeHarness",
    "Fault",
    "FirstGenProvider",
    "NextGenSecret",
    "RecordedRequest",
    "ScopeEntry",
    "StoredSmtpConfig",
]
