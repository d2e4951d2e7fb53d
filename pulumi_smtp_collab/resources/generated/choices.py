"""The closed choices: words that arguments take and outputs hold.

Generated from the model by tools/generate.py: change the model, then run `make generate`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

Depth: TypeAlias = Literal["connect", "tls", "login", "sender", "recipient", "message"]
Mode: TypeAlias = Literal["enforce", "warn", "off"]
AddressFamily: TypeAlias = Literal["any", "ipv4", "ipv6"]
SecondLook: TypeAlias = Literal["auto", "off"]
OnStaleFailure: TypeAlias = Literal["warn", "fail"]
TestFrom: TypeAlias = Literal["here", "delegate", "both"]
TargetKind: TypeAlias = Literal["state", "harness", "harness-firstgen"]
EnvironmentType: TypeAlias = Literal["PROD", "NON_PROD"]
TlsMode: TypeAlias = Literal["none", "starttls", "implicit"]
Status: TypeAlias = Literal["passed", "failed", "notTested"]
StageName: TypeAlias = Literal[
    "dns", "connect", "greeting", "ehlo", "starttls", "tls", "auth", "sender", "recipient", "message"
]
StageStatus: TypeAlias = Literal["passed", "failed"]
DelegateStatus: TypeAlias = Literal["passed", "failed", "timedOut"]
