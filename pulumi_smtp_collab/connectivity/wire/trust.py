"""What this machine trusts: the TLS context of every connection that carries anything of value, made once."""

from __future__ import annotations

import os
import ssl
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

_MAX_KEPT = 16


@dataclass(frozen=True, slots=True)
class Trust:
    """A verifying TLS context.

    Attributes:
        context: Verifies chain and name, at least TLS 1.2, the system's trust store and the given CAs.
        store_empty: True where the system trusts no CA at all.
    """

    context: ssl.SSLContext
    store_empty: bool


_lock = threading.Lock()
_kept: OrderedDict[tuple[object, ...], Trust] = OrderedDict()


def trust(ca_certificates: str | None) -> Trust:
    """Return the verifying context for the system's trust store and further CAs.

    Loading a trust store takes longer than a whole test at no distance, so that contexts are kept, as long as the
    system's store is the one that was loaded.

    Args:
        ca_certificates: PEM text of CAs that are trusted too.
    """
    key = (ca_certificates, *_store_identity())
    with _lock:
        if key not in _kept:
            _kept[key] = _load(ca_certificates)
            if len(_kept) > _MAX_KEPT:
                _kept.popitem(last=False)
        _kept.move_to_end(key)
        return _kept[key]


def unverified() -> ssl.SSLContext:
    """Return a context that verifies nothing, to look at a chain or a port: nothing of value may go through it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _load(ca_certificates: str | None) -> Trust:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # From Python 3.13 the default; before, a bundle that ends in an intermediate CA would be of no use.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    store_empty = not context.cert_store_stats()["x509"] and not _has_folder_of_certificates()
    if ca_certificates is not None:
        context.load_verify_locations(cadata=ca_certificates)
    return Trust(context, store_empty)


def _has_folder_of_certificates() -> bool:
    """Return whether OpenSSL has a folder of hashed certificates, which it reads when it verifies and not before."""
    folder = ssl.get_default_verify_paths().capath
    try:
        return folder is not None and any(entry.suffix[1:].isdigit() for entry in Path(folder).iterdir())
    except OSError:
        return False


_PATHS = ssl.get_default_verify_paths()


def _store_identity() -> tuple[object, ...]:
    return (
        _file_identity(os.environ.get(_PATHS.openssl_cafile_env, _PATHS.openssl_cafile)),
        _file_identity(os.environ.get(_PATHS.openssl_capath_env, _PATHS.openssl_capath)),
    )


def _file_identity(path: str) -> tuple[object, ...]:
    try:
        facts = os.stat(path)  # noqa: PTH116 - follows the link that such a path often is
    except OSError:
        return (path,)
    return (path, facts.st_ino, facts.st_mtime_ns, facts.st_size)
