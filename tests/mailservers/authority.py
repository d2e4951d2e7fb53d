"""A throwaway certificate authority, and the TLS contexts of the tests' mail servers."""

from __future__ import annotations

import shutil
import ssl
import tempfile
import warnings
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from mailservers.certificates import (
    CertificateOptions,
    Extensions,
    certificate_pem,
    key_pem,
    new_certificate,
    new_issuer,
)

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    _OLD_VERSIONS = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)

# 1024 bits: the fewest that OpenSSL serves at level 0, too few for a client at level 2. Made once: it takes seconds.
_SMALL_DH = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAOKQ5CgHvbKPunZwk5Ecv4Ia2f6BBscWxNXUk5Vq56OAl8O0NTso+sLE
re9gQyAxSB5WRcHpRqCnMZlznqdw+Q/I+RyE+/a3DYnh6PSWxcR3qnwmKqnmXb86
cvbRFeQXFXwMtAGr1zJ3lmsxAvrsZy1UvwcUSu7mKhRzqgRGxCtfAgEC
-----END DH PARAMETERS-----
"""


class Authority:
    """A certificate authority that lives as long as its object (or its `with` block), files and all.

    Its flaws are those of its own certificates, each broken the way that `VERIFY_X509_STRICT` (the default from Python
    3.13) minds: `key_usage=False` leaves the extension out (verify code 92), `critical_basic_constraints=False` makes
    it not critical (89), `subject_key_identifier=False` leaves it out of the CA (86), `authority_key_identifier=False`
    out of what it issues (85). With `expired` its root expired yesterday; what it issues is valid.
    """

    def __init__(
        self,
        name: str = "Test CA",
        *,
        key_usage: bool = True,
        critical_basic_constraints: bool = True,
        subject_key_identifier: bool = True,
        authority_key_identifier: bool = True,
        expired: bool = False,
    ) -> None:
        self._extensions = Extensions(
            key_usage, critical_basic_constraints, subject_key_identifier, authority_key_identifier
        )
        self._root = new_issuer(name, self._extensions, expired=expired)
        self._intermediate = new_issuer(f"{name} Intermediate", self._extensions, self._root)
        self._issued: dict[object, tuple[Path, Path]] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="authority-"))
        self._remove = weakref.finalize(self, shutil.rmtree, str(self._folder), ignore_errors=True)
        self.pem_path = self._folder / "ca.pem"
        self.pem_path.write_text(self.pem, "ascii")

    @property
    def pem(self) -> str:
        """The root certificate, PEM: what a client trusts."""
        return certificate_pem(self._root.certificate)

    @property
    def intermediate_pem(self) -> str:
        """The intermediate CA's certificate, PEM: for clients that are given the missing link."""
        return certificate_pem(self._intermediate.certificate)

    def certificate_files(self, *names: str, **options: Unpack[CertificateOptions]) -> tuple[Path, Path]:
        """A certificate for the names; the paths of its chain and of its key. The same call gives the same files.

        Names are host names and IP literals; by default localhost, 127.0.0.1 and ::1.
        """
        names = names or LOOPBACK_NAMES
        wanted = (names, tuple(sorted(options.items())))
        if wanted not in self._issued:
            self._issued[wanted] = self._issue(names, options)
        return self._issued[wanted]

    def server_context(
        self,
        *names: str,
        minimum_version: ssl.TLSVersion | None = None,
        maximum_version: ssl.TLSVersion | None = None,
        ciphers: str | None = None,
        require_client_certificate: bool = False,
        small_dh: bool = False,
        **options: Unpack[CertificateOptions],
    ) -> ssl.SSLContext:
        """A server's TLS context with a certificate for the names.

        The server is at OpenSSL's security level 0: it is the client that has to object to old versions and weak keys.
        `ciphers` is an OpenSSL list for TLS 1.2 and below; `require_client_certificate` asks for one of this authority;
        `small_dh` offers nothing but TLS 1.2 with Diffie-Hellman parameters of 1024 bits.
        """
        if small_dh:
            options["key"] = options.get("key", "rsa2048")
            maximum_version, ciphers = ssl.TLSVersion.TLSv1_2, ciphers or "DHE+AES"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(f"{ciphers or 'DEFAULT'}:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 and 1.1, which is the point
            context.minimum_version = minimum_version or (
                ssl.TLSVersion.TLSv1 if maximum_version in _OLD_VERSIONS else ssl.TLSVersion.TLSv1_2
            )
            if maximum_version is not None:
                context.maximum_version = maximum_version
        if small_dh:
            context.load_dh_params(str(self._small_dh_path()))
        if require_client_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=self.pem)
        chain_path, key_path = self.certificate_files(*names, **options)
        context.load_cert_chain(chain_path, key_path)
        return context

    def client_context(self) -> ssl.SSLContext:
        """A client's context that trusts this authority and nothing else; Python's defaults otherwise."""
        return ssl.create_default_context(cadata=self.pem)

    def close(self) -> None:
        """Remove the files; contexts that were made stay usable."""
        self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _issue(self, names: tuple[str, ...], options: CertificateOptions) -> tuple[Path, Path]:
        send_chain = options.get("send_chain", True)
        by_intermediate = options.get("intermediate", False) or not send_chain
        issuer = self._intermediate if by_intermediate else self._root
        certificate, key = new_certificate(names, issuer, self._extensions, options)
        chain = [certificate] * (2 if options.get("send_twice", False) else 1)
        if by_intermediate and send_chain:
            chain.append(self._intermediate.certificate)
        if options.get("send_root", False):
            chain.append(self._root.certificate)
        number = len(self._issued) + 1
        chain_path, key_path = self._folder / f"chain-{number}.pem", self._folder / f"key-{number}.pem"
        chain_path.write_text("".join(certificate_pem(link) for link in chain), "ascii")
        key_path.touch(mode=0o600)
        key_path.write_bytes(key_pem(key))
        return chain_path, key_path

    def _small_dh_path(self) -> Path:
        path = self._folder / "dh.pem"
        if not path.exists():
            path.write_text(_SMALL_DH, "ascii")
        return path
