"""The keys that certificates are signed with: one host's own, or those that several hosts share."""

import shutil
from pathlib import Path

import pytest

from core.ledger import signing
from core.ledger.certificates import SELF_SIGNED, SIGNED, Credentials
from core.ledger.service import Ledger
from core.ledger.signing import SigningKeyError, load_or_create
from core.renditions import ORIGINAL
from core.settings import Settings
from tests.core.ledger.conftest import fund, offer


def opened(place: Path, **more: object) -> Ledger:
    return Ledger.open(Settings(state=place, **more))  # type: ignore[arg-type]


def test_hosts_that_share_keys_and_a_database_know_each_others_files(tmp_path: Path) -> None:
    shared = tmp_path / "secrets"
    load_or_create(shared)
    address = f"sqlite:///{(tmp_path / 'shared.sqlite3').as_posix()}"
    one, other, stranger = (
        opened(tmp_path / "one", signing=shared, database_url=address),
        opened(tmp_path / "other", signing=shared, database_url=address),
        opened(tmp_path / "stranger", database_url=address),
    )
    (owner,) = fund(one)
    claim = one.claim(owner.wallet, offer(1), "wish")
    file = one.certificate(owner.wallet, claim.serial, ORIGINAL)
    found = other.verify(file, "visitor")
    assert (found.claim, found.credentials) == (claim, Credentials.INTACT)
    assert stranger.verify(file, "visitor").credentials is Credentials.FOREIGN
    assert not (tmp_path / "one" / "signing").exists()
    for ledger in (one, other, stranger):
        ledger.database.close()


def test_certificates_sold_before_the_keys_were_replaced_stay_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = opened(tmp_path)
    (owner,) = fund(ledger)
    claim = ledger.claim(owner.wallet, offer(1), "wish")
    file = ledger.certificate(owner.wallet, claim.serial, ORIGINAL)
    assert ledger.certifier.about == SELF_SIGNED
    ledger.database.close()
    folder = tmp_path / "signing"
    (folder / "chain.pem").rename(folder / "chain-1.pem")
    with monkeypatch.context() as patch:
        patch.setattr(signing, "_STUDIO", "An authority")
        bought = signing._new_keys()
    (folder / "chain.pem").write_text(bought.chain)
    (folder / "key.pem").write_text(bought.key)
    for earlier, state in (("chain-1.pem", Credentials.INTACT), ("elsewhere.pem", Credentials.FOREIGN)):
        (folder / "chain-1.pem").rename(folder / earlier)
        ledger = opened(tmp_path)
        assert ledger.verify(file, "visitor").credentials is state
        assert ledger.certifier.about == SIGNED
        ledger.database.close()
    (folder / "chain-2.pem").write_text("nothing")
    with pytest.raises(SigningKeyError, match=r"chain-2\.pem holds no certificates"):
        opened(tmp_path)


@pytest.mark.security
@pytest.mark.parametrize("damage", ["no folder", "no key", "another's key", "no certificate", "not text"])
def test_a_shared_folder_is_never_filled_and_must_hold_keys_that_belong_together(tmp_path: Path, damage: str) -> None:
    shared = tmp_path / "secrets"
    load_or_create(shared)
    told = "is not the key of the first certificate"
    if damage == "no folder":
        shutil.rmtree(shared)
        told = "neither read nor made"
    elif damage == "no key":
        (shared / "key.pem").unlink()
        told = "neither read nor made"
    elif damage == "another's key":
        load_or_create(tmp_path / "another")
        shutil.copyfile(tmp_path / "another" / "key.pem", shared / "key.pem")
    elif damage == "no certificate":
        (shared / "chain.pem").write_text("nothing")
    else:
        (shared / "key.pem").write_bytes(b"\xff\xfe")
    with pytest.raises(SigningKeyError, match=told):
        opened(tmp_path / "state", signing=shared)
    assert (damage != "no folder") == shared.exists()
