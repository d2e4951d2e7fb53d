"""The resources by the native plugin, for Python programs.

``from pulumi_smtp_collab.native import SmtpCollaborationProvider`` in place of
``from pulumi_smtp_collab import SmtpCollaborationProvider`` moves a stack to the plugin; nothing is replaced or tested
anew. The plugin has to be installed where `pulumi` runs. The classes of arguments and outputs are the same.
"""

from __future__ import annotations

from pulumi_smtp_collab.resources.native import EncryptedText, Provider, SmtpCollaborationProvider

__all__ = ["EncryptedText", "Provider", "SmtpCollaborationProvider"]

for _public in (EncryptedText, Provider, SmtpCollaborationProvider):
    _public.__module__ = "pulumi_smtp_collab.native"
