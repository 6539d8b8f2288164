"""Claiming: unique, paid once, proved by the file and without it."""

import io
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.database import Database, DatabaseReadOnlyError
from core.images import ImageError, decode, encode_png
from core.ledger import signing
from core.ledger.accounts import InsufficientCreditError
from core.ledger.certificates import SIGNED, Certifier, Credentials, Reading, describe
from core.ledger.claims import AlreadyClaimedError, Claim, ReusedKeyError, Rule, TrainingCopyError
from core.ledger.limits import Allowance
from core.ledger.service import Ledger, UnknownClaimError
from core.ledger.signing import SigningKeyError, load_or_create
from core.limits import Limit, TooManyAttemptsError
from core.renditions import RENDITIONS, RenditionError
from core.settings import Settings
from core.uniqueness.fingerprint import Thresholds
from core.uniqueness.reference import ReferenceIndex
from core.uniqueness.thresholds import EDITS, near_copies
from tests.core.ledger.conftest import Funded, fund, offer, picture


def jpeg(png: bytes) -> bytes:
    buffer = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def test_a_claim_costs_ten_cents_and_remembers_everything(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    wanted = offer(1)
    claim = ledger.claim(owner.wallet, wanted, "wish")
    assert ledger.balance_cents(owner.wallet) == 90
    assert (claim.theme, claim.seed, claim.recipe) == ("saga", 1, {"truncation": 0.8})
    assert (claim.model_hash, claim.credits, claim.price_cents) == ("0" * 64, ("Drawn by a test",), 10)
    assert claim.nearest is None
    assert ledger.claims_of(owner.wallet) == [claim]
    np.testing.assert_array_equal(decode(ledger.picture(owner.wallet, claim.serial)), wanted.image)


@pytest.mark.parametrize("edit", EDITS)
def test_near_copies_are_refused_under_any_theme_and_cost_nothing(ledger: Ledger, edit: str) -> None:
    first, second = fund(ledger, wallets_wanted=2)
    big = offer(1, side=256)
    serial = ledger.claim(first.wallet, big, "wish").serial
    copy = replace(big, image=near_copies(big.image)[edit], theme="another", seed=7)
    with pytest.raises(AlreadyClaimedError, match=f"avatar no. {serial}, taken already.*nothing was charged"):
        ledger.claim(second.wallet, copy, "wish")
    assert ledger.balance_cents(second.wallet) == 100
    assert not ledger.check(copy.image, "another", "visitor").available


def test_distances_to_neighbours_are_shown_and_kept(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    strict = replace(ledger, rule=Rule(default=Thresholds(bits=15, rgb=0.0)))  # copies count as new here
    first = offer(1, side=256)
    strict.claim(owner.wallet, first, "one")
    near = replace(first, image=near_copies(near_copies(first.image)["mirrored"])["recompressed"])
    shown = strict.check(near.image, near.theme, "visitor")
    assert shown.available
    assert shown.nearest is not None
    assert shown.nearest.mirrored
    assert strict.claim(owner.wallet, near, "two").nearest == shown.nearest


def test_training_pictures_cannot_be_bought(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    ledger = replace(ledger, reference=ReferenceIndex.of([picture(1, 256), picture(2, 256)]))
    copy = replace(offer(1, side=256), image=near_copies(picture(1, 256))["mirrored"])
    with pytest.raises(TrainingCopyError, match="nothing was charged"):
        ledger.claim(owner.wallet, copy, "wish")
    assert not ledger.check(copy.image, copy.theme, "visitor").available
    assert ledger.balance_cents(owner.wallet) == 100
    claim = ledger.claim(owner.wallet, offer(3, side=256), "wish")
    assert claim.training is not None
    assert claim.training.bits > Thresholds().bits
    assert ledger.claims_of(owner.wallet)[0].training == ledger.check(picture(3, 256), "saga", "visitor").training


def test_repeating_a_click_neither_pays_nor_claims_twice(ledger: Ledger) -> None:
    first, second = fund(ledger, wallets_wanted=2)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: ledger.claim(first.wallet, offer(1), "click"), range(4)))
    assert len({claim.serial for claim in made}) == 1
    assert ledger.balance_cents(first.wallet) == 90
    with pytest.raises(ReusedKeyError):
        ledger.claim(first.wallet, offer(2), "click")
    ledger.claim(second.wallet, offer(2), "click")  # another wallet's keys are its own
    assert ledger.audit().sound


def test_an_empty_wallet_claims_nothing(ledger: Ledger) -> None:
    poor, rich = fund(ledger, cents=0)[0], fund(ledger)[0]
    with pytest.raises(InsufficientCreditError):
        ledger.claim(poor.wallet, offer(1), "wish")
    ledger.claim(rich.wallet, offer(1), "wish")  # still free


def test_claims_are_limited_per_wallet(ledger: Ledger) -> None:
    (owner,) = fund(ledger)
    ledger = replace(ledger, allowance=Allowance(claims=Limit("claim", 1, 10**9)))
    ledger.claim(owner.wallet, offer(1), "one")
    with pytest.raises(TooManyAttemptsError):
        ledger.claim(owner.wallet, offer(2), "two")
    assert ledger.balance_cents(owner.wallet) == 90
    assert ledger.audit().sound
    assert ledger.claim(owner.wallet, offer(1), "one").serial  # paid already: asking again is no further wish


@pytest.mark.security
def test_refused_wishes_count_so_nobody_can_try_without_end(ledger: Ledger) -> None:
    poor = fund(ledger, cents=0)[0]
    ledger = replace(ledger, allowance=Allowance(claims=Limit("claim", 2, 10**9)))
    for refusal in (InsufficientCreditError, InsufficientCreditError, TooManyAttemptsError):
        with pytest.raises(refusal):
            ledger.claim(poor.wallet, offer(1), f"wish {refusal}")


def test_thresholds_beyond_the_look_up_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 23 bits"):
        Rule({"cats": Thresholds(bits=24)})


@pytest.fixture
def certified(ledger: Ledger) -> tuple[Ledger, Funded, bytes]:
    """A ledger with one claim, its owner, and the certified file; SQLite or PostgreSQL."""
    (owner,) = fund(ledger)
    serial = ledger.claim(owner.wallet, offer(1, side=256), "wish").serial
    return ledger, owner, ledger.certificate(owner.wallet, serial)


def test_the_certificate_proves_the_claim(certified: tuple[Ledger, Funded, bytes]) -> None:
    ledger, owner, file = certified
    (claim,) = ledger.claims_of(owner.wallet)
    found = ledger.verify(file, "visitor")
    assert (found.claim, found.credentials) == (claim, Credentials.INTACT)
    np.testing.assert_array_equal(decode(file), offer(1, side=256).image)


def test_the_certificate_names_model_and_signer_as_what_they_are(claimed: tuple[Ledger, Funded, Claim]) -> None:
    _, _, claim = claimed
    content = describe(claim, SIGNED)
    assert (content["model"], content["signature"]) == (claim.model_hash, SIGNED)
    assert not any("sha256" in name for name, value in content.items() if value == claim.model_hash)


@pytest.fixture
def claimed(ledger: Ledger) -> tuple[Ledger, Funded, Claim]:
    """A ledger with one claimed picture of the size that the generator draws, among others."""
    (owner,) = fund(ledger)
    for seed in range(1, 4):
        claim = ledger.claim(owner.wallet, offer(seed), f"wish {seed}")
    return ledger, owner, claim


def test_every_size_is_recognised_with_its_certificate_and_without(claimed: tuple[Ledger, Funded, Claim]) -> None:
    ledger, owner, claim = claimed
    for size, rendition in RENDITIONS.items():
        png = ledger.picture(owner.wallet, claim.serial, size)
        with Image.open(io.BytesIO(png)) as sized:
            assert sized.size == (rendition.side,) * 2
            assert ("A" in sized.getbands()) == rendition.round
        found = ledger.verify(png, "visitor")
        assert (found.claim, found.credentials, found.round) == (claim, Credentials.ABSENT, rendition.round)
        certified = ledger.verify(ledger.certificate(owner.wallet, claim.serial, size), "visitor")
        assert (certified.claim, certified.credentials) == (claim, Credentials.INTACT)
        assert certified.distance == found.distance


def test_a_round_crop_is_recognised_on_any_ground_also_recompressed_and_mirrored(
    claimed: tuple[Ledger, Funded, Claim],
) -> None:
    ledger, owner, claim = claimed
    disc = Image.open(io.BytesIO(ledger.picture(owner.wallet, claim.serial, "round")))
    for ground in ("white", "black", "#3050c0"):
        shown = Image.alpha_composite(Image.new("RGBA", disc.size, ground), disc).convert("RGB").resize((160, 160))
        for seen in (shown, shown.transpose(Image.Transpose.FLIP_LEFT_RIGHT)):
            buffer = io.BytesIO()
            seen.save(buffer, "JPEG", quality=70)
            found = ledger.verify(buffer.getvalue(), "visitor")
            assert (found.claim, found.round) == (claim, True)


def test_only_the_studios_own_sizes_are_signed(claimed: tuple[Ledger, Funded, Claim]) -> None:
    ledger, owner, claim = claimed
    with pytest.raises(RenditionError, match="no such size"):
        ledger.certificate(owner.wallet, claim.serial, "4096")


def test_sizes_are_enlarged_by_the_network(claimed: tuple[Ledger, Funded, Claim]) -> None:
    ledger, owner, claim = claimed
    seen: list[tuple[int, ...]] = []

    def enlarge(image: np.ndarray) -> np.ndarray:
        seen.append(image.shape)
        return np.full((256, 256, 3), 7, np.uint8)

    drawn = decode(replace(ledger, enlarge=enlarge).picture(owner.wallet, claim.serial, "512"))
    assert seen == [(64, 64, 3)]
    assert drawn.shape == (512, 512, 3)
    assert (drawn == 7).all()


def test_an_expired_certificate_is_not_called_altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_YEARS", 3 / (365 * 24 * 3600))  # three seconds
    certifier = Certifier(load_or_create(tmp_path / "short-lived"))
    claim = Claim(1, 1, "saga", 1, "0" * 12, {}, (), "", "", None, None, 15, datetime.now(UTC), 10)
    file = certifier.certify(claim, encode_png(picture(1)))
    states = [certifier.read(file).state]
    while states[-1] is Credentials.INTACT and len(states) < 100:
        time.sleep(0.1)
        states.append(certifier.read(file).state)
    assert states[-1] is Credentials.EXPIRED
    altered = bytearray(file)
    altered[-30] ^= 1
    assert certifier.read(bytes(altered)).state is Credentials.ALTERED


@pytest.mark.security
def test_checking_and_verifying_are_limited_per_visitor_even_when_nothing_can_be_written(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_: object) -> None:
        raise DatabaseReadOnlyError("read only")

    monkeypatch.setattr(ledger.database, "write", write)
    limited = Allowance(checks=Limit("check", 2, 10**9), verifications=Limit("verify", 2, 10**9))
    ledger = replace(ledger, allowance=limited)
    file = encode_png(picture(1))

    def check(visitor: str) -> None:
        assert len(ledger.check_all([(picture(seed), "saga") for seed in range(8)], visitor)) == 8  # a sheet: one

    def verify(visitor: str) -> None:
        ledger.verify(file, visitor)

    for attempt in (check, verify):
        attempt("greedy")
        attempt("greedy")
        with pytest.raises(TooManyAttemptsError):
            attempt("greedy")
        attempt("modest")


def test_without_metadata_the_picture_itself_proves_it(certified: tuple[Ledger, Funded, bytes]) -> None:
    ledger, owner, file = certified
    (claim,) = ledger.claims_of(owner.wallet)
    found = ledger.verify(jpeg(file), "visitor")
    assert (found.claim, found.credentials) == (claim, Credentials.ABSENT)
    assert found.distance is not None
    buffer = io.BytesIO()
    Image.fromarray(picture(50, 256)).save(buffer, "PNG")
    assert ledger.verify(buffer.getvalue(), "visitor").claim is None


@pytest.mark.security
def test_a_changed_file_is_noticed(certified: tuple[Ledger, Funded, bytes]) -> None:
    ledger, _, file = certified
    start = file.index(b"caBX") - 4
    end = start + 12 + int.from_bytes(file[start : start + 4], "big")
    buffer = io.BytesIO()
    Image.fromarray(picture(50, 256)).save(buffer, "PNG")
    other = buffer.getvalue()
    pasted = other[:33] + file[start:end] + other[33:]  # a true certificate in a picture that was never claimed
    found = ledger.verify(pasted, "visitor")
    assert (found.claim, found.credentials) == (None, Credentials.ALTERED)


@pytest.mark.security
def test_another_studios_certificate_counts_for_nothing(
    certified: tuple[Ledger, Funded, bytes], tmp_path: Path
) -> None:
    ledger, owner, _ = certified
    (claim,) = ledger.claims_of(owner.wallet)
    buffer = io.BytesIO()
    Image.fromarray(picture(50, 256)).save(buffer, "PNG")
    forged = Certifier(load_or_create(tmp_path / "forger")).certify(claim, buffer.getvalue())
    found = ledger.verify(forged, "visitor")
    assert (found.claim, found.credentials) == (None, Credentials.FOREIGN)


@pytest.mark.security
def test_a_certificate_of_another_under_the_same_authority_counts_for_nothing(
    certified: tuple[Ledger, Funded, bytes], tmp_path: Path
) -> None:
    ledger, owner, _ = certified
    (claim,) = ledger.claims_of(owner.wallet)
    authority = signing._new_root()
    ours, theirs = (Certifier(signing._new_signer(*authority)) for _ in range(2))
    png = encode_png(picture(50, 256))
    assert ours.read(ours.certify(claim, png)).state is Credentials.INTACT
    assert ours.read(theirs.certify(claim, png)) == Reading(Credentials.FOREIGN)


@pytest.mark.security
def test_hostile_files_gain_nothing(certified: tuple[Ledger, Funded, bytes]) -> None:
    ledger, _, file = certified
    start = file.index(b"caBX")
    rng = np.random.default_rng(0)
    for _ in range(20):  # certificates damaged anywhere
        damaged = bytearray(file)
        for place in rng.integers(start + 4, start + 4000, 8):
            damaged[place] ^= int(rng.integers(1, 256))
        assert ledger.certifier.read(bytes(damaged)).state is not Credentials.INTACT
    for junk in (b"", b"caBX", b"\x89PNG\r\n\x1a\ncaBX", b"<svg onload='alert(1)'/>", b"GIF89a", file[:400]):
        with pytest.raises(ImageError):
            ledger.verify(junk, "visitor")


@pytest.mark.security
def test_only_the_owner_gets_the_picture(certified: tuple[Ledger, Funded, bytes]) -> None:
    ledger, owner, _ = certified
    (claim,) = ledger.claims_of(owner.wallet)
    (stranger,) = fund(ledger)
    for get in (ledger.picture, ledger.certificate):
        with pytest.raises(UnknownClaimError, match=f"no avatar no. {claim.serial}"):
            get(stranger.wallet, claim.serial)


@pytest.mark.security
def test_signing_keys_are_made_once_and_kept_private(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: load_or_create(tmp_path / "state" / "signing"), range(4)))
    assert len({keys.key for keys in made}) == 1
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["signing"]
    if os.name == "posix":
        assert (tmp_path / "state" / "signing" / "key.pem").stat().st_mode & 0o077 == 0
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SigningKeyError, match="neither read nor made"):
        load_or_create(tmp_path / "file" / "signing")


def test_a_fresh_studio_opens_with_the_demo_till_and_another_with_stripe_alone(tmp_path: Path) -> None:
    ledger = Ledger.open(Settings(state=tmp_path / "state"))
    assert [till.name for till in ledger.tills] == ["demo"]
    assert isinstance(ledger.database, Database)
    with_card = Ledger.open(Settings(state=tmp_path / "state", stripe_secret_key="sk_test_x"))  # noqa: S106
    assert [till.name for till in with_card.tills] == ["stripe"]
