"""What a value must be, in the words of whoever writes a program, in Python or in YAML, and what was given instead.

No message here names a type of Python's or of ours, and none shows what may be a secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from pulumi_smtp_collab.model.hosts import may_hold_credentials

_EXPECTED: Mapping[str, str] = {
    "int": "must be a whole number",
    "float": "must be a number",
    "bool": "must be true or false",
    "string": "must be text",
    "tuple": "must be a list",
    "mapping": "must be a mapping",
    "dict": "must be a mapping",
}
_OTHER_WORDS: Mapping[str, str] = {"string_too_short": "must not be empty", "missing": "is required"}
_NOT_A_MAPPING = ("model_type", "model_attributes_type", "dataclass_type")
_LONGEST_SHOWN = 40
_BETWEEN_WORDS = re.compile(r"[,;\s]+")
_LIST_OF_WORDS = re.compile(r"[\w.-]+([,;\s]+[\w.-]+)*")


def in_our_words(kind: str, message: str, context: Mapping[str, Any], model_field: FieldInfo) -> str:
    """Return what a value must be where pydantic's own rule was broken.

    Args:
        kind: Pydantic's name of the error.
        message: Pydantic's words, which never hold the value.
        context: What pydantic says besides.
        model_field: The argument, or the one that holds what is wrong.
    """
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    model = model_inside(model_field.annotation)
    if kind in _NOT_A_MAPPING and model is not None:
        return must_be_a_mapping(model)
    limits = [f"{sign} {limit}" for sign, limit in _limits(model_field)]
    expected = next((text for prefix, text in _EXPECTED.items() if kind.startswith(prefix)), None)
    if limits and (expected is None or kind.startswith(("int", "float"))):
        number = "a whole number" if int in (model_field.annotation, *get_args(model_field.annotation)) else "a number"
        return f"must be {number}, {' and '.join(limits)}"
    if kind in _OTHER_WORDS:
        return _OTHER_WORDS[kind]
    return expected or message[:1].lower() + message[1:]


def must_be_a_mapping(model: type[BaseModel]) -> str:
    """Return the rule for an argument that has arguments of its own."""
    names = list(model.model_fields)
    return f"must be a mapping ({', '.join(names[:3])}{', …' if names[3:] else ''})"


def given_instead(argument: str, value: object, model_field: FieldInfo) -> str:
    """Return the end of a sentence: what was given and, where that is clear, what to write.

    Empty where it can't be shown: a secret, what may hold a password, what is long.
    """
    if holds_secret(model_field.annotation):
        return ""
    model = model_inside(model_field.annotation)
    if model is not None:
        return mapping_instead(argument, value, model)
    if _is_list(model_field.annotation) and isinstance(value, str) and _LIST_OF_WORDS.fullmatch(value):
        return f": write {json.dumps(_BETWEEN_WORDS.split(value))}"
    return shown_instead(value)


def mapping_instead(argument: str, value: object, model: type[BaseModel]) -> str:
    """Return the same of an argument that has arguments of its own: a word is often the value of one of them."""
    words = ["off", "enforce"] if isinstance(value, bool) else [value]
    for word in words[-1:] if value is True else words[:1]:
        name = next((name for name, field in model.model_fields.items() if word in _choices(field.annotation)), None)
        if isinstance(word, str) and name is not None:
            return f": write {argument}={json.dumps({name: word})}"
    return shown_instead(value)


def shown_instead(value: object) -> str:
    """Return ``, not <the value>``; of a list or a mapping what it is."""
    if value == "":
        return ""
    if isinstance(value, Mapping):
        return ", not a mapping"
    if isinstance(value, (list, tuple)):
        return ", not a list"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # the engine's numbers are floats
    if value is not None and not isinstance(value, (bool, int, float, str)):
        return ""
    text = repr(value)
    if len(text) > _LONGEST_SHOWN or may_hold_credentials(text):
        return ""
    return f", not {text}"


def model_inside(annotation: object) -> type[BaseModel] | None:
    """Return the model that an argument takes, if it takes one."""
    if isinstance(annotation, type) and get_origin(annotation) is None:  # in Python 3.10 tuple[int, ...] is a type, too
        return annotation if issubclass(annotation, BaseModel) else None
    return next((found for item in get_args(annotation) if (found := model_inside(item)) is not None), None)


def holds_secret(annotation: object) -> bool:
    """Return whether an argument is a secret, or holds one."""
    model = model_inside(annotation)
    if model is not None:
        return any(holds_secret(field.annotation) for field in model.model_fields.values())
    return annotation is SecretStr or any(holds_secret(item) for item in get_args(annotation))


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(item) for item in get_args(annotation))


def _choices(annotation: object) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(choice for item in get_args(annotation) for choice in _choices(item))


def _limits(model_field: FieldInfo) -> Iterator[tuple[str, Any]]:
    for metadata in model_field.metadata:
        for attribute, sign in (("ge", "at least"), ("le", "at most")):
            limit = getattr(metadata, attribute, None)
            if limit is not None:
                yield sign, limit
