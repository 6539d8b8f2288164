"""The studio's own signing keys: made on first use and kept with the database, or those of a folder that hosts share.

They are self-signed: nobody but this studio vouches for them. A signature proves that a file comes from this studio and
was not changed since; to strangers' readers of Content Credentials the signer is unknown, and they say so. A studio
that is to be known to all replaces both files by a chain and key from a certificate authority on the C2PA trust list.

To replace them: rename chain.pem to chain-1.pem (any name chain-….pem will do) and leave it in the folder, put the new
chain.pem and key.pem beside it, and restart. What was signed before stays known as this studio's by the chain that is
kept; its key is needed no more and is best destroyed, for whoever has it signs in this studio's name. The first
certificate of each chain alone is this studio's: others that the same authority vouches for are strangers.

Profile of the certificates: C2PA specification 2.2, 14.5.1.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.errors import N_, UserError
from core.settings import Settings

_CHAIN, _KEY, _EARLIER = "chain.pem", "key.pem", "chain-*.pem"
_BEGIN = "-----BEGIN CERTIFICATE-----"
_YEARS = 10
_STUDIO, _ROOT = "Effigies (self-signed)", "root"


class SigningKeyError(UserError):
    """The signing keys can be neither read nor made."""


@dataclass(frozen=True)
class SigningKeys:
    """PEM texts: the certificate chain, the signer's first and the root's last, and the signer's private key.

    `earlier` are the chains of before, that this studio signed with until they were replaced.
    """

    chain: str
    key: str
    earlier: tuple[str, ...] = ()

    @property
    def roots(self) -> str:
        """The certificates that the chains end at, the earlier ones' too."""
        return "\n".join(_BEGIN + chain.rsplit(_BEGIN, 1)[1] for chain in (self.chain, *self.earlier))

    @cached_property
    def serials(self) -> frozenset[str]:
        """The serial numbers of this studio's own certificates, in decimals: of each chain the first alone."""
        return frozenset(str(_certificates(chain)[0].serial_number) for chain in (self.chain, *self.earlier))

    @cached_property
    def self_made(self) -> bool:
        """Whether this studio made the chain for itself, so that no authority stands behind it."""
        return _certificates(self.chain)[-1].subject == _name(_ROOT)


def keys_of(settings: Settings) -> SigningKeys:
    """The keys that a studio of these settings signs with.

    Those in the folder `signing`, where it is named: several hosts that share it sign alike, and know each other's
    files. Else its own, made on first use and kept in `state`.

    Raises:
        SigningKeyError: there are none in the folder that is named, or they do not belong together.
    """
    return load(settings.signing) if settings.signing else load_or_create(settings.state / "signing")


def load_or_create(folder: Path) -> SigningKeys:
    """The keys in `folder`, which is created with new ones if it does not exist; two processes get the same.

    Raises:
        SigningKeyError: the folder cannot be read or written, or what it holds does not belong together.
    """
    try:
        if not folder.is_dir():
            _create(folder)
    except OSError as error:
        raise _unreadable(folder, error) from error
    return load(folder)


def load(folder: Path) -> SigningKeys:
    """The keys that lie in `folder`: chain.pem and key.pem, and earlier chains as chain-….pem.

    Raises:
        SigningKeyError: there are none, they cannot be read, or they do not belong together.
    """
    try:
        keys = SigningKeys((folder / _CHAIN).read_text("ascii"), (folder / _KEY).read_text("ascii"))
        earlier = tuple(_earlier(file) for file in sorted(folder.glob(_EARLIER)))
    except OSError as error:
        raise _unreadable(folder, error) from error
    except UnicodeDecodeError as error:
        raise _unfit(folder) from error
    if not _fit(keys):
        raise _unfit(folder)
    return replace(keys, earlier=earlier)


def _earlier(file: Path) -> str:
    try:
        chain = file.read_bytes().decode("ascii")
        _certificates(chain)
    except ValueError as error:
        raise SigningKeyError(
            N_("{file} holds no certificates. Put an earlier chain.pem there unchanged, or take the file away."),
            file=str(file),
        ) from error
    return chain


def _certificates(chain: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(chain.encode())


def _fit(keys: SigningKeys) -> bool:
    """Whether the key is that of the chain's first certificate."""
    try:
        signer = _certificates(keys.chain)[0].public_key()
        return load_pem_private_key(keys.key.encode(), None).public_key() == signer
    except (ValueError, TypeError, UnsupportedAlgorithm):  # no certificate or key, or one behind a password
        return False


def _unreadable(folder: Path, error: OSError) -> SigningKeyError:
    return SigningKeyError(
        N_("The signing keys in {folder} can be neither read nor made: {reason}."),
        folder=str(folder),
        reason=error.strerror or str(error),
    )


def _unfit(folder: Path) -> SigningKeyError:
    return SigningKeyError(
        N_("In {folder}, key.pem is not the key of the first certificate in chain.pem. Copy both from one place."),
        folder=str(folder),
    )


def _create(folder: Path) -> None:
    """Make the folder complete, then move it into place; whoever comes second keeps the first one's."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent))  # readable by its owner only
    try:
        keys = _new_keys()
        (made / _CHAIN).write_text(keys.chain, "ascii")
        with os.fdopen(os.open(made / _KEY, os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(keys.key)
        try:
            made.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _new_keys() -> SigningKeys:
    return _new_signer(*_new_root())


def _new_root() -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    key = generate_private_key(SECP256R1())
    root = (
        _certificate(_ROOT, _ROOT, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return root, key


def _new_signer(root: x509.Certificate, root_key: EllipticCurvePrivateKey) -> SigningKeys:
    signer_key = generate_private_key(SECP256R1())
    signer = (
        _certificate("signer of avatars", _ROOT, signer_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    chain = signer.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)
    key = signer_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SigningKeys(chain.decode("ascii"), key.decode("ascii"))


def _certificate(subject: str, issuer: str, key: EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    made = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made - timedelta(days=1))  # clocks differ
        .not_valid_after(made + timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _STUDIO),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
