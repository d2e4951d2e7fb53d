"""What is a secret: a field of a model whose type is ``SecretStr``. Everything else derives from that."""

from __future__ import annotations

from functools import cache
from typing import get_args

from pydantic import BaseModel, SecretStr


@cache
def secret_fields(model: type[BaseModel]) -> frozenset[str]:
    """Return the Python names of a model's fields that are always secret."""
    return frozenset(name for name, field in model.model_fields.items() if is_secret(field.annotation))


def is_secret(annotation: object) -> bool:
    """Return whether a type is that of a secret, or holds it (``SecretStr | None``)."""
    return annotation is SecretStr or any(is_secret(part) for part in get_args(annotation))
