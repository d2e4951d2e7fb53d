"""Servers that take a login otherwise than RFC 4954 has it: only 235 is a success, and nothing is repeated aloud."""

from __future__ import annotations

from mailservers import Answer, echo

from hostile_cases.case import Case, talk

_MORE = b"334 PDEyMzRAbWFpbC5leGFtcGxlLnRlc3Q+"
_FOR_EVER: dict[str, Answer] = {"AUTH": _MORE, "": _MORE}
_NO_SUCCESS = "auth-unexpected-reply"

LOGINS: tuple[Case, ...] = (
    Case("auth-in-lower-case", talk({}, "auth plain login"), "", "auth"),
    Case("auth-in-the-old-form", talk({}, "AUTH=PLAIN LOGIN"), "", "auth"),
    Case("auth-in-the-old-form-in-lower-case", talk({}, "auth=plain"), "", "auth"),
    Case("more-for-ever-plain", talk(_FOR_EVER, "AUTH PLAIN"), _NO_SUCCESS, "auth"),
    Case("more-for-ever-login", talk(_FOR_EVER, "AUTH LOGIN"), _NO_SUCCESS, "auth"),
    Case("more-for-ever-cram-md5", talk(_FOR_EVER, "AUTH CRAM-MD5"), _NO_SUCCESS, "auth"),
    Case("no-challenge-cram-md5", talk({"AUTH": b"334 %%%"}, "AUTH CRAM-MD5"), _NO_SUCCESS, "auth"),
    Case("login-503", talk({"AUTH": b"503 5.5.1 Already authenticated"}), "auth-refused-permanent", "auth"),
    Case("login-250", talk({"AUTH": b"250 2.0.0 OK"}), _NO_SUCCESS, "auth"),
    Case("login-220", talk({"AUTH": b"220 OK"}), _NO_SUCCESS, "auth"),
    Case("login-accepted-before-it-was-made", talk({"AUTH": b"235 2.7.0 OK"}, "AUTH LOGIN"), _NO_SUCCESS, "auth"),
    Case("echo-plain", talk({"AUTH": echo(b"535 5.7.8 ")}), "auth-wrong-credentials", "auth"),
    Case(
        "echo-login",
        talk({"AUTH": _MORE, "": [_MORE, echo(b"535 5.7.8 ")]}, "AUTH LOGIN"),
        "auth-wrong-credentials",
        "auth",
    ),
    Case("echo-login-user", talk({"AUTH": _MORE, "": echo(b"334 ")}, "AUTH LOGIN"), _NO_SUCCESS, "auth"),
    Case(
        "echo-cram-md5",
        talk({"AUTH": _MORE, "": echo(b"535 5.7.8 ")}, "AUTH CRAM-MD5"),
        "auth-wrong-credentials",
        "auth",
    ),
)
