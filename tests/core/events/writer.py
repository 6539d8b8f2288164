"""Another process that records events: `writer.py FOLDER PRODUCT COUNT`, a line on standard output for each batch."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from core.events.files import FileSink
from core.events.types import Liked, Recorded

if __name__ == "__main__":
    folder, product, count = sys.argv[1:]
    sink = FileSink(Path(folder))
    for _ in range(int(count)):
        sink.write([Recorded.now(Liked(product), 0, first=True) for _ in range(20)])
        print("kept", flush=True)
