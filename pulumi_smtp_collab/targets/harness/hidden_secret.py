"""The hidden secret in which NextGen keeps an SMTP config's password, and how it is not left behind.

A create names it by the config's name with ``-`` for each character that a secret's name can't have; who removes the
password, or the config, removes the secret that has the config's name as it is. So for "Deployment notifications" the
secret would stay, in no listing, and the next create of that name would fail. A PUT with the password gives the secret
the name that is looked for.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace

from pulumi_smtp_collab.targets.harness.errors import HarnessError, HarnessRefused
from pulumi_smtp_collab.targets.harness.smtp_config import Held, SmtpConfig
from pulumi_smtp_collab.targets.harness.smtp_config_api import SmtpConfigApi

_SAME_UNDER_BOTH = re.compile(r"[A-Za-z0-9_-]*")
_THERE_ALREADY = re.compile(r"\bSecret .*already exists")


def delete_whole(api: SmtpConfigApi, live: Held, password: str | None) -> None:
    """Delete the config and what is hidden of it.

    Args:
        api: The account's SMTP config.
        live: What is deleted.
        password: The password that was last saved from here; None where it is not known.
    """
    api.delete(_let_it_be_found(api, live, password, live.config.name))


def replace_whole(api: SmtpConfigApi, live: Held, password: str | None, config: SmtpConfig) -> Held:
    """Replace the config; where that removes its password, with what is hidden of it.

    Args:
        api: The account's SMTP config.
        live: What is replaced.
        password: The password that was last saved from here; None where it is not known.
        config: What replaces it.
    """
    if config.password is None:
        live = _let_it_be_found(api, live, password, config.name)
    return api.update(live, config)


def create_beside_orphan(api: SmtpConfigApi, config: SmtpConfig, refusal: HarnessRefused) -> Held:
    """Create a config whose create was refused, since a former one of that name left its hidden secret.

    A create without the password makes no secret, and the PUT after it one of another name.

    Raises:
        HarnessError: The refusal was another one, or the name is the same both ways; nothing was saved.
    """
    other_name = not _SAME_UNDER_BOTH.fullmatch(config.name)
    if config.password is None or not _THERE_ALREADY.search(refusal.said.message) or not other_name:
        raise refusal
    made = api.create(replace(config, password=None))
    try:
        return api.update(made, config)
    except HarnessError as error:
        failure = error
    try:
        api.delete(made)
    except HarnessError:
        raise failure.stating(f"It is in Harness without its password, uuid {made.uuid}.") from None
    raise failure.stating("Nothing was saved.") from None


def _let_it_be_found(api: SmtpConfigApi, live: Held, password: str | None, name: str) -> Held:
    """Return what is live afterwards."""
    if password is None or not live.password_stored or _SAME_UNDER_BOTH.fullmatch(name):
        return live
    # A key that may only delete, or a name that no PUT can save: then the secret stays, and that stops nobody.
    with contextlib.suppress(HarnessError):
        return api.update(live, replace(live.config, name=name, password=password))
    return live
