"""Content Credentials: a signed statement inside the PNG of what the picture is and who claimed it when.

C2PA, https://c2pa.org, by its own library. The studio signs with its own keys (core.ledger.signing), so that readers
elsewhere show "unknown source" beside a valid signature.
"""

import io
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import c2pa

from core.errors import N_
from core.ledger.claims import Claim
from core.ledger.signing import SigningKeys
from core.uniqueness.fingerprint import Distance

RIGHTS = N_(
    "You may use this avatar wherever you like, also for business, if you name the artists credited. Nobody else can "
    "claim a picture here that is the same by the rule of the model in use; a later model may bring another rule. A "
    "machine made this avatar: whether copyright protects such pictures is not settled, and this studio claims none."
)
SELF_SIGNED = N_(
    "Signed by this studio itself: the signature shows that the file comes from here and was not changed since. No "
    "outside authority has checked who runs this studio."
)
SIGNED = N_(
    "Signed by this studio: the signature shows that the file comes from here and was not changed since. Who vouches "
    "for this studio is written in its signing certificate."
)
ASSERTION = "effigies.claim"
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_EXPIRED, _UNTRUSTED = "signingCredential.expired", "signingCredential.untrusted"  # an expired chain is not trusted
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK = b"caBX"  # where a PNG keeps its Content Credentials


class Credentials(StrEnum):
    """What the Content Credentials in a file are worth."""

    ABSENT = "absent"
    INTACT = "intact"  # ours, and the file is as we signed it
    ALTERED = "altered"  # they do not fit the file, or are damaged
    EXPIRED = "expired"  # they fit the file, but the signer's certificate has run out: whose it was cannot be told
    FOREIGN = "foreign"  # in order, but signed by someone else, or about something else


@dataclass(frozen=True)
class Reading:
    """The state of a file's credentials and, if they are intact, which claim they are about."""

    state: Credentials
    serial: int | None = None
    pixels_sha256: str | None = None


@dataclass(frozen=True)
class Verification:
    """What is known of an uploaded picture: the claim it is the same as, how far from it, and its credentials' state.

    `distance` is None where intact credentials name the claim of a rendition that no fingerprint recognises; with
    `round`, it was compared within the disc that a round crop leaves.
    """

    claim: Claim | None
    distance: Distance | None
    credentials: Credentials
    round: bool = False


class Certifier:
    """Signs claimed pictures and reads back what it signed."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        # nothing is fetched from other servers while reading
        self._reading = {
            "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
            "trust": {"user_anchors": keys.roots},
        }
        self._writing = {**self._reading, "builder": {"thumbnail": {"enabled": False}}}

    @property
    def about(self) -> str:
        """What a signature of this studio's is worth: an English sentence, marked for translation."""
        return SELF_SIGNED if self._keys.self_made else SIGNED

    def certify(self, claim: Claim, png: bytes) -> bytes:
        """A copy of `png`, in any size, that carries the claim's certificate."""
        manifest = {
            "claim_generator_info": [{"name": "effigies"}],
            "format": "image/png",
            "title": f"Effigies avatar no. {claim.serial}",
            "assertions": [
                {
                    "label": "c2pa.actions.v2",
                    "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": _SOURCE_TYPE}]},
                },
                {"label": ASSERTION, "data": describe(claim, self.about)},
            ],
        }
        signed = io.BytesIO()
        info = c2pa.C2paSignerInfo(
            alg=c2pa.C2paSigningAlg.ES256,
            sign_cert=self._keys.chain.encode(),
            private_key=self._keys.key.encode(),
            ta_url=None,
        )
        with (
            c2pa.Context.from_dict(self._writing) as context,
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(manifest, context=context) as builder,
        ):
            builder.sign(signer, "image/png", io.BytesIO(png), signed)
        return signed.getvalue()

    def read(self, data: bytes) -> Reading:
        """What the credentials in a file of a picture say; never fails, whatever the bytes."""
        if not data.startswith(_PNG_START) or _PNG_CHUNK not in data:
            return Reading(Credentials.ABSENT)
        try:
            with (
                c2pa.Context.from_dict(self._reading) as context,
                c2pa.Reader("image/png", io.BytesIO(data), context=context) as reader,
            ):
                report = json.loads(reader.json())
        except c2pa.C2paError:
            return Reading(Credentials.ALTERED)
        return _judge(report, self._keys.serials)


def describe(claim: Claim, signature: str) -> dict[str, Any]:
    """The certificate's content, for machines; `signature` says what it is signed by."""
    return {
        "serial": claim.serial,
        "claimed_at": claim.claimed_at.isoformat(),
        "theme": claim.theme,
        "seed": claim.seed,
        "recipe": claim.recipe,
        "model": claim.model_hash,
        "fingerprint": claim.fingerprint,
        "pixels_sha256": claim.pixels_sha256,
        "nearest_training_picture": _apart(claim.training),
        "nearest_claimed_avatar": _apart(claim.nearest),
        "claimed_avatars_searched_within_bits": claim.searched_bits,
        "credits": list(claim.credits),
        "rights": RIGHTS,
        "signature": signature,
    }


def _apart(distance: Distance | None) -> dict[str, float | bool] | None:
    if distance is None:
        return None
    return {"bits_of_256": distance.bits, "colour": round(distance.rgb, 4), "mirrored": distance.mirrored}


def _judge(report: dict[str, Any], ours: frozenset[str]) -> Reading:
    if report.get("validation_state") == "Valid":
        return Reading(Credentials.FOREIGN)  # in order, but the chain does not end at a root of ours
    if report.get("validation_state") != "Trusted":
        wrong = {status.get("code") for status in report.get("validation_status") or ()}
        expired = _EXPIRED in wrong and wrong <= {_EXPIRED, _UNTRUSTED}
        return Reading(Credentials.EXPIRED if expired else Credentials.ALTERED)
    manifest = report["manifests"][report["active_manifest"]]
    if manifest["signature_info"].get("cert_serial_number") not in ours:
        return Reading(Credentials.FOREIGN)  # an authority's root vouches for others as well
    about = [one["data"] for one in manifest["assertions"] if one["label"] == ASSERTION]
    if len(about) != 1 or not isinstance(about[0].get("serial"), int):
        return Reading(Credentials.FOREIGN)
    return Reading(Credentials.INTACT, about[0]["serial"], about[0].get("pixels_sha256"))
