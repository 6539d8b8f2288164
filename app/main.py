"""Effigies starts here: `streamlit run app/main.py` or `python -m streamlit run app/main.py`, from any folder.

Streamlit uses this file twice: it imports it once to find `app`, the server; then it runs
it as a script for every visitor and every click, to draw the frame (language switch, heading, navigation) and the page.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # Streamlit adds only this file's folder, so `app` and `core` would not be found
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from app import operations, payments, server  # noqa: E402
from app.frame import draw  # noqa: E402

if __name__ == "__main__":
    draw()
    server.page_drawn()
else:
    app = st.App(__file__, lifespan=server.lifespan, routes=[*operations.routes(), *payments.routes()])
