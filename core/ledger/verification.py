"""Can this picture be claimed? Was it? By its certificate, else by what it looks like, whole or as a round crop."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.ledger import claims
from core.ledger.certificates import Credentials, Reading, Verification
from core.ledger.claims import Check, Rule
from core.ledger.register import neighbours
from core.uniqueness.fingerprint import Distance, Fingerprint
from core.uniqueness.reference import ReferenceIndex


def check(
    connection: Connection, image: NDArray[np.uint8], theme: str, rule: Rule, reference: ReferenceIndex | None
) -> Check:
    """Whether a generated picture uint8 (H, W, 3) can be claimed, and its distances."""
    fingerprint = Fingerprint.of(image)
    copied, known = reference.compare(fingerprint, rule.between(theme, theme)) if reference else (None, None)
    found = neighbours(connection, fingerprint, rule.within)
    available = not copied and not any(rule.same(theme, one) for one in found)
    return Check(available, known, found[0].nearest if found else None, rule.within)


def verify(connection: Connection, image: NDArray[np.uint8], reading: Reading, rule: Rule) -> Verification:
    """What the register knows of a picture uint8 (H, W, 3) whose file carried these credentials."""
    if reading.serial is not None:
        claim = claims.load(connection, reading.serial)
        if claim and claim.pixels_sha256 == reading.pixels_sha256:
            _, distance, cut = _recognised(connection, image, rule, claim.serial) or (0, None, False)
            return Verification(claim, distance, reading.state, cut)
        reading = Reading(Credentials.FOREIGN)  # another register's, signed with the same keys
    serial, distance, cut = _recognised(connection, image, rule) or (None, None, False)
    return Verification(claims.load(connection, serial) if serial else None, distance, reading.state, cut)


def _recognised(
    connection: Connection, image: NDArray[np.uint8], rule: Rule, serial: int | None = None
) -> tuple[int, Distance, bool] | None:
    """The claim that a picture is the same as, its distance, and whether only the disc of a round crop is; or None.

    With `serial`, only that claim counts.
    """
    for cut, fingerprint_of in ((False, Fingerprint.of), (True, Fingerprint.within_disc)):
        for one in neighbours(connection, fingerprint_of(image), rule.within, disc=cut):
            if serial in (None, one.serial) and rule.same(one.theme, one):
                return one.serial, one.nearest, cut
    return None
