"""The values on the wire between the engine and the native plugin: what arrives is what was sent, in every position."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from pulumi_smtp_collab.model.partial_validation import UNKNOWN
from pulumi_smtp_collab.provider.wire_values import Secret, from_wire, marked_like, plain, secret_names, to_wire

SIGNATURE = rpc._special_sig_key
ASSET = {SIGNATURE: rpc._special_asset_sig, "text": "hello"}
ARCHIVE = {SIGNATURE: rpc._special_archive_sig, "path": "./folder"}
RESOURCE = {SIGNATURE: rpc._special_resource_sig, "urn": "urn:pulumi:s::p::t::n", "id": "x"}
OTHER = {SIGNATURE: "0123456789abcdef0123456789abcdef"}
OUTPUT: dict[str, Any] = {SIGNATURE: rpc._special_output_value_sig}

NAMES = st.text(max_size=8)
SCALARS = (
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(max_size=20) | st.just(UNKNOWN)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner | st.none(), max_size=3) | st.dictionaries(NAMES, inner, max_size=3) | inner.map(Secret)
    ),
    max_leaves=12,
)


def struct(**values: Any) -> Struct:
    """Return the Struct of plain Python values, as protobuf itself makes it."""
    made = Struct()
    made.update(values)
    return made


def secrets_in(value: Any) -> Iterator[Any]:
    """Return the plain text of each secret."""
    if isinstance(value, Secret):
        yield repr(value.value)
        yield from secrets_in(value.value)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from secrets_in(item)


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_sent_comes_back(values: dict[str, Any]) -> None:
    """Every value, unknown, secret and nested secret comes back as it was and where it was; whole numbers as int."""
    again, refused = from_wire(to_wire(values))
    assert again == values
    assert not refused


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_marks_are_taken_off_and_put_back(values: dict[str, Any]) -> None:
    """A plain copy holds no mark of secrecy, and marked like the original it is the original again."""
    bare = plain(values)
    assert not list(secrets_in(bare))
    assert marked_like(bare, values) == values


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_secret_is_in_no_representation(values: dict[str, Any]) -> None:
    """What a traceback or a log could show of the values has no secret in it."""
    hidden = {"password": Secret({"inner": ["TOPSECRET", values]})}
    assert "TOPSECRET" not in repr(hidden)


def test_the_signatures_are_those_of_the_sdk() -> None:
    """A secret, an unknown and an output are read as the SDK writes them, and written as the SDK reads them."""
    sent = struct(
        password=rpc.wrap_rpc_secret("x"),
        host=rpc.UNKNOWN,
        port={**OUTPUT, "value": 587, "secret": True, "dependencies": []},
        username=dict(OUTPUT),
    )
    values, _ = from_wire(sent)
    assert values == {"password": Secret("x"), "host": UNKNOWN, "port": Secret(587), "username": UNKNOWN}
    assert rpc.is_rpc_secret(rpc.deserialize_properties(to_wire(values), keep_unknowns=True)["password"])
    assert to_wire({"host": UNKNOWN})["host"] == rpc.UNKNOWN


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (ASSET, "an asset"),
        (ARCHIVE, "an archive"),
        (RESOURCE, "a resource: pass one of its outputs"),
        (OTHER, "a value of a kind that this version does not know"),
        ("030794c1-ac77-496b-92df-f27374a8bd58", "an asset"),
        ("e48ece36-62e2-4504-bad9-02848725956a", "an archive"),
    ],
)
def test_what_no_argument_takes_is_refused_by_its_name(value: Any, kind: str) -> None:
    """An asset, an archive, a resource and what is not known are named with their path, and count as unknown."""
    values, refused = from_wire(
        struct(password=value, connectivityTest={"recipient": [{"a": rpc.wrap_rpc_secret(value)}]})
    )
    assert {str(each) for each in refused} == {
        f"password: must be a plain value, not {kind}",
        f"connectivityTest.recipient[0].a: must be a plain value, not {kind}",
    }
    assert values == {"password": UNKNOWN, "connectivityTest": {"recipient": [{"a": Secret(UNKNOWN)}]}}


@pytest.mark.parametrize(
    "unknown",
    [
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ],
)
def test_an_unknown_of_any_kind_is_unknown(unknown: str) -> None:
    """Older engines say of what kind an unknown will be; it is unknown all the same."""
    assert from_wire(struct(port=unknown))[0] == {"port": UNKNOWN}


def test_secrets_are_named_by_their_path() -> None:
    """A secret argument is named in Python names, a nested one by its path and one in a list by the list's, once."""
    values = {
        "host": Secret("h"),
        "connectivityTest": {"recipient": Secret("r"), "depth": "sender"},
        "usageScope": {"entries": [{"applications": [Secret("a"), Secret("b")]}, {"applications": Secret(["c"])}]},
        "port": 25,
    }
    assert secret_names(values) == {"host", "connectivity_test.recipient", "usage_scope.entries"}


def test_a_list_that_was_put_in_order_is_secret_as_a_whole() -> None:
    """Where items may have changed places nobody can say which of them was the secret one."""
    given_list = {"ids": ["b", Secret("a")]}
    assert marked_like({"ids": ["a", "b"]}, given_list) == {"ids": Secret(["a", "b"])}
    assert marked_like({"ids": ["b", "a"]}, given_list) == given_list
    assert marked_like({"ids": ["a", "b"]}, {"ids": ["b", "a"]}) == {"ids": ["a", "b"]}


def test_a_value_of_another_type_is_a_fault_of_ours() -> None:
    """Nothing is sent as the text of an object that happened to be there."""
    with pytest.raises(TypeError, match="no property holds a value of the type object"):
        to_wire({"host": object()})
