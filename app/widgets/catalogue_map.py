"""The catalogue as a map in two dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from app.i18n import N_, Translator
from app.widgets import product_names
from app.widgets.product_names import shortened, title
from core.reporting import recommender_charts

if TYPE_CHECKING:
    from core.recommender.products import Product
    from core.recommender.service import Recommender

MOST_POINTS = 2500
_MAPS = {
    "pca": (
        "PCA",
        N_("The two directions in which the descriptions differ most; departments are not told to the method."),
    ),
    "lda": (
        "LDA",
        N_("Linear discriminant analysis: the two directions that hold the departments apart; it is told them."),
    ),
}
_COLOURS = {"department": N_("Department"), "segment": N_("Segment that buys it most")}


def show(_: Translator, service: Recommender, liked: Sequence[str], recommended: Sequence[Product]) -> None:
    """The most popular products as points, the basket and the recommendations marked."""
    kind = st.segmented_control(
        _("Map"),
        list(_MAPS),
        format_func=lambda key: _MAPS[key][0],
        default="pca",
        required=True,
        key="recommendations_map",
    )
    colour = st.segmented_control(
        _("Coloured by"),
        list(_COLOURS),
        format_func=lambda key: _(_COLOURS[key]),
        default="department",
        required=True,
        key="recommendations_map_colour",
    )
    shop = service.shop
    coordinates = shop.table[[f"{kind}_x", f"{kind}_y"]].to_numpy(np.float32)
    shown = np.argsort(-shop.popularity, kind="stable")[:MOST_POINTS]
    marked = {
        _("recommended"): [product.place for product in recommended],
        _("you like"): [shop.place[item] for item in liked],
    }
    if colour == "department":
        groups = {
            product_names.department(_, name): shown[shop.in_department[name][shown]] for name in shop.departments
        }
    else:
        buyers = service.segment_of_products
        groups = {
            product_names.segment(_, group): shown[buyers[shown] == number]
            for number, group in enumerate(service.segments)
        }
    figure = recommender_charts.catalogue_map(
        coordinates, groups, marked, lambda place: _label(_, shop.products[place])
    )
    st.plotly_chart(
        figure,
        key=f"catalogue-map-{kind}-{colour}",
        alt=_("Map of {count} products, coloured by {what}; near each other means described alike").format(
            count=_.number(len(shown)), what=_(_COLOURS[str(colour)]).lower()
        ),
    )
    st.caption(
        " ".join(
            (
                _(_MAPS[kind][1]),
                _("Shown: the {count} most bought products. Point at one to read its name.").format(
                    count=_.number(len(shown))
                ),
            )
        )
    )


def _label(_: Translator, product: Product) -> str:
    return f"{shortened(title(_, product), 60)}\n{product_names.origin(_, product)}"
