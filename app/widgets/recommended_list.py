"""The recommended products as a table to take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import Translator
from app.widgets import product_names
from app.widgets.product_cards import HOW, told
from core.spreadsheets import defused

if TYPE_CHECKING:
    from core.recommender.service import Recommendation


def offer(_: Translator, found: Sequence[Recommendation]) -> None:
    """The button, where there is anything to take along."""
    if found:
        st.download_button(
            _("Download the list (CSV)"),
            lambda: as_csv(_, found),
            "effigies-recommendations.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="recommendations_csv",
        )


def as_csv(_: Translator, found: Sequence[Recommendation]) -> bytes:
    """One row per product in their order, reasons in the visitor's language: UTF-8 with a byte-order mark, no formulas.

    Names of products and brands are others' words.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_("Rank"), _("Product number"), _("Name"), _("Brand"), _("Department"), _("Reason")])
    for rank, one in enumerate(found, start=1):
        product = one.product
        reasons = "; ".join(
            _(HOW[reason.how]).format(product=product_names.title(_, reason.product), share=_.percent(reason.share, 0))
            for reason in told(one)
        )
        department = product_names.department(_, product.department)
        cells = (product.id, product_names.title(_, product), product.brand, department, reasons)
        writer.writerow([rank, *map(defused, cells)])
    return file.getvalue().encode("utf-8-sig")
