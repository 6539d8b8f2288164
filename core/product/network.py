"""The shapes of the product networks: photos are 64 high and 48 wide, see `core.datasets.products`."""

from core.datasets.products import SIDE, WIDTH
from core.gan.autoencoder_network import AutoencoderConfig

COARSE = AutoencoderConfig(height=SIDE, width=WIDTH)
# as many numbers on a finer grid: places are kept better, meaning is spread wider
FINE = AutoencoderConfig(
    height=SIDE, width=WIDTH, widths=(24, 48, 96, 128), encoder_blocks=(0, 0, 1, 2), decoder_blocks=(1, 1, 1, 3),
    latent_channels=8,
)  # fmt: skip
LATENTS = {"coarse": COARSE, "fine": FINE}
