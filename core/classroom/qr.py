"""The picture that phones scan to join."""

import io

import segno


def qr_png(address: str, side: int = 480) -> bytes:
    """A QR code as PNG: black on white with its quiet zone, at most `side` pixels, each module a whole number of them.

    A fifth of it may be hidden by a head in the front row (error correction Q).
    """
    code = segno.make(address, error="q", micro=False)
    stream = io.BytesIO()
    code.save(stream, kind="png", scale=max(1, side // code.symbol_size()[0]))
    return stream.getvalue()
