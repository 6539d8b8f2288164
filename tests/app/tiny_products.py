"""A models folder whose product generator is tiny and untrained: pictures of nothing, made by the real code."""

from pathlib import Path

import numpy as np

from core import artifacts
from core.enlarging.network import UpscalerConfig, build_upscaler
from core.enlarging.upscaler import STYLES, file_of
from core.gan import dcgan
from core.gan.autoencoder_network import AutoencoderConfig, build_decoder
from core.gan.baseline import DCGAN
from core.gan.dcgan import DcganConfig
from core.gan.latent import LatentConfig, build_generator
from core.gan.latent_generator import DECODER, GENERATOR, STANDARD
from core.gan.publishing import small_webp
from core.images import encode_png
from core.product.evaluation import evaluate
from core.settings import settings
from core.text.service import TextEncoder
from tests.core.product import toy

TINY = AutoencoderConfig(
    height=64, width=48, widths=(4, 6, 8, 8, 8), encoder_blocks=(0,) * 5, decoder_blocks=(0,) * 5, latent_channels=2
)
ENLARGER = UpscalerConfig(width=4, fine_width=4, blocks=1)
NOISE = 8
STAGES = ("autoencoder", "prior", "judge", "dcgan")


def build(folder: Path) -> Path:
    """Make such a folder: the stored models as links, but product generator and upscaler of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for stored in settings().models.iterdir():
        if stored.name not in ("product", "superres"):
            (folder / stored.name).symlink_to(stored.resolve())
    _generator(folder / "product")
    _upscaler(folder / "superres")
    return folder


def _generator(folder: Path) -> None:
    folder.mkdir()
    condition = TextEncoder.load(settings().models / "text").width
    config = LatentConfig(size=TINY.latent_size, noise=NOISE, condition=condition, width=16, blocks=1)
    artifacts.save_keras(build_generator(config), folder / GENERATOR)
    artifacts.save_keras(build_decoder(TINY), folder / DECODER)
    taught = DcganConfig(width_pixels=48, width=2, noise=4, condition=condition)
    artifacts.save_keras(dcgan.build_generator(taught), folder / DCGAN)
    ones = np.ones(TINY.latent_shape, np.float32)
    np.savez(folder / STANDARD, mean=0 * ones, deviation=ones)
    rows = [{"step": n, "images": 128 * n, "generator": 1 / n, "validation_l1": 0.1 / n} for n in range(1, 5)]
    artifacts.write_json(folder / "history.json", dict.fromkeys(STAGES, rows))
    samples = [
        {"file": f"samples_{stage}_{n}.webp", "stage": stage, "step": n} for stage in STAGES[1::2] for n in (1, 4)
    ]
    sheet = folder / "sheet.png"
    sheet.write_bytes(encode_png(np.full((64, 96, 3), 200, np.uint8)))
    for sample in samples:
        (folder / str(sample["file"])).write_bytes(small_webp(sheet))
    sheet.unlink()
    spent = {stage: {"minutes": 1.5, "images_shown": 512, "steps": 4} for stage in STAGES}
    _describe(folder, {"stages": spent, "samples": samples})
    bench = toy.bench()
    perfect = toy.maker(bench.held_out)
    artifacts.write_json(folder / artifacts.METRICS, evaluate(bench, perfect, perfect))


def _upscaler(folder: Path) -> None:
    folder.mkdir()
    for style in STYLES:
        artifacts.save_keras(build_upscaler(ENLARGER), folder / file_of(style))
    network = {"width": ENLARGER.width, "fine_width": ENLARGER.fine_width, "blocks": ENLARGER.blocks}
    _describe(folder, {style: {"network": network} for style in STYLES})


def _describe(folder: Path, parameters: dict[str, object]) -> None:
    artifacts.write_manifest(
        folder,
        name=folder.name,
        data=[{"name": "Photos", "origin": "nowhere", "terms": "none"}],
        parameters=parameters,
        metrics={},
        credits=["Nobody"],
    )
