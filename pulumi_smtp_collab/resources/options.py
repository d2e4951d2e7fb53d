"""The resource options of the program, with what goes for every resource of a kind."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from pulumi_smtp_collab.model.wire_names import wire_name


def with_ours(
    opts: pulumi.ResourceOptions | None, secret: Sequence[str], hidden: Sequence[str] = ()
) -> pulumi.ResourceOptions:
    """Return a copy of the options; what the program says wins.

    Args:
        opts: The options as the program gives them.
        secret: The wire names of the outputs that are always secret.
        hidden: The Python names of the outputs whose changes a preview only mentions, where the program names none:
            long evidence hides the change that matters.
    """
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=list(secret)))
    if hasattr(merged, "hide_diffs"):  # not in every version of Pulumi
        given = merged.hide_diffs
        # The SDK translates the names in ignore_changes and replace_on_changes, and leaves out these.
        merged.hide_diffs = [wire_name(path) for path in (hidden if given is None else given)]
    return merged
