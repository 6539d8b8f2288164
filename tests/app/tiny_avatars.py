"""A models folder whose avatar generator is tiny and untrained: pictures of nothing, made by the real code."""

from pathlib import Path

import numpy as np

from core import artifacts
from core.avatar.originality import REFERENCE, THRESHOLDS
from core.gan import dcgan, latent
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.baseline import DCGAN
from core.gan.dcgan import DcganConfig
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.settings import settings
from core.uniqueness.reference import ReferenceIndex
from tests.core.ledger.conftest import picture

THEMES = ("saga", "cats", "robots")
TINY = AutoencoderConfig(
    height=64, width=64, widths=(4, 6, 8), encoder_blocks=(0,) * 3, decoder_blocks=(0,) * 3, latent_channels=2
)
TRAINING = 20  # pictures that it is said to have been trained on


def build(folder: Path) -> Path:
    """Make such a folder: the stored models as links, but an avatar generator of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for stored in settings().models.iterdir():
        if stored.name != "avatar":
            (folder / stored.name).symlink_to(stored.resolve())
    _generator(folder / "avatar")
    return folder


def _generator(folder: Path) -> None:
    folder.mkdir()
    config = latent.LatentConfig(size=TINY.latent_size, noise=8, condition=len(THEMES), width=16, blocks=1)
    artifacts.save_keras(latent.build_generator(config), folder / GENERATOR)
    artifacts.save_keras(build_decoder(TINY), folder / DECODER)
    taught = DcganConfig(width=2, noise=4, condition=len(THEMES))
    artifacts.save_keras(dcgan.build_generator(taught), folder / DCGAN)
    ones = np.ones(TINY.latent_shape, np.float32)
    np.savez(folder / STANDARD, mean=0 * ones, deviation=20 * ones)  # far apart, so that few look the same
    ReferenceIndex.of(picture(seed) for seed in range(TRAINING)).save(folder / REFERENCE)
    limits = {"thresholds": {"bits": 6, "rgb": 0.03}, "caught": 1.0, "caught_by_edit": {}, "refused": 0.0, "n": 9}
    artifacts.write_json(folder / THRESHOLDS, dict.fromkeys(THEMES, limits))
    artifacts.write_json(folder / "history.json", {})
    artifacts.write_manifest(
        folder,
        name="avatar",
        data=[{"name": "Parts", "origin": "nowhere", "terms": "none"}],
        parameters={"themes": list(THEMES)},
        metrics={},
        credits=["Nobody"],
    )
