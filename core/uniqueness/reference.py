"""The pictures a generator was trained on, as fingerprints: how far is a new picture from all of them?

One file, kept beside the model, 800 bytes a picture before compression; 100,000 pictures are searched in milliseconds.
"""

import zipfile
import zlib
from collections.abc import Iterable
from lzma import LZMAError
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.typing import NDArray

from core.errors import N_, DataError
from core.uniqueness.fingerprint import Distance, Fingerprint, Thresholds, colour_distance, hamming


class ReferenceIndex:
    """Fingerprints of N pictures: `bits` uint64 (N, 4) and `rgb` uint8 (N, 16, 16, 3).

    Raises:
        ValueError: the arrays have other shapes or types.
    """

    def __init__(self, bits: NDArray[np.uint64], rgb: NDArray[np.uint8]) -> None:
        if bits.shape != (len(bits), 4) or rgb.shape != (len(bits), 16, 16, 3):
            raise ValueError(f"fingerprints are (N, 4) and (N, 16, 16, 3), not {bits.shape} and {rgb.shape}")
        if bits.dtype != np.uint64 or rgb.dtype != np.uint8:
            raise ValueError(f"fingerprints are uint64 and uint8, not {bits.dtype} and {rgb.dtype}")
        self._bits, self._rgb = bits, rgb

    def __len__(self) -> int:
        """How many pictures are known."""
        return len(self._bits)

    @classmethod
    def of(cls, images: Iterable[NDArray[np.uint8]]) -> "ReferenceIndex":
        """Index RGB pictures uint8 (H, W, 3)."""
        prints = [Fingerprint.of(image) for image in images]
        bits = np.array([one.bits for one in prints], np.uint64).reshape(-1, 4)
        return cls(bits, np.array([one.rgb for one in prints], np.uint8).reshape(-1, 16, 16, 3))

    @classmethod
    def load(cls, file: Path) -> "ReferenceIndex":
        """Read what `save` wrote.

        Raises:
            DataError: the file is missing or is no such index.
        """
        try:
            with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
                return cls(stored["bits"], stored["rgb"])
        except (
            OSError,
            KeyError,
            ValueError,
            EOFError,
            zipfile.BadZipFile,
            zlib.error,
            LZMAError,
            TokenError,
        ) as error:
            raise DataError(
                N_("{file} holds no fingerprints of training pictures: build it again with the model."), file=file.name
            ) from error

    def save(self, file: Path) -> None:
        """Write the index to an npz file; LZMA makes it a third smaller than NumPy's own compression."""
        with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
            for name, array in (("bits", self._bits), ("rgb", self._rgb)):
                with archive.open(f"{name}.npy", "w") as member:
                    np.lib.format.write_array(member, array, allow_pickle=False)

    def nearest(self, fingerprint: Fingerprint) -> Distance | None:
        """The distance to the picture whose hash, or whose mirror image's, is nearest; None without pictures."""
        return self.compare(fingerprint, None)[1]

    def match(self, fingerprint: Fingerprint, thresholds: Thresholds) -> Distance | None:
        """The distance to a picture that is the same by `thresholds`, or None."""
        return self.compare(fingerprint, thresholds)[0]

    def compare(
        self, fingerprint: Fingerprint, thresholds: Thresholds | None
    ) -> tuple[Distance | None, Distance | None]:
        """`match` and `nearest` in one pass over all hashes."""
        if not len(self):
            return None, None
        same: Distance | None = None
        nearest: list[Distance] = []
        for bits, rgb, mirrored in fingerprint.orientations:
            differing = hamming(bits, self._bits)
            nearest.append(self._nearest(differing, rgb, mirrored))
            if thresholds and not same:
                same = self._same(differing, rgb, mirrored, thresholds)
        return same, min(nearest, key=lambda found: (found.bits, found.rgb))

    def _same(
        self, differing: NDArray[np.integer], rgb: NDArray[np.uint8], mirrored: bool, thresholds: Thresholds
    ) -> Distance | None:
        rows = np.flatnonzero(differing <= thresholds.bits)
        colours = colour_distance(rgb, self._rgb[rows])
        for row in np.flatnonzero(colours <= thresholds.rgb)[:1]:
            return Distance(int(differing[rows[row]]), float(colours[row]), mirrored)
        return None

    def _nearest(self, differing: NDArray[np.integer], rgb: NDArray[np.uint8], mirrored: bool) -> Distance:
        rows = np.flatnonzero(differing == differing.min())
        return Distance(int(differing.min()), float(colour_distance(rgb, self._rgb[rows]).min()), mirrored)
