"""Ways of looking closer at recommendations: two methods side by side, groups of shoppers, a map of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.records import recommender_record
from app.widgets import catalogue_map, product_names
from app.widgets.openings import tabs
from app.widgets.product_names import method_name, origin, plain, shortened, title
from app.widgets.recommender_studies import worth_of_segments
from app.widgets.shopper import Shopper, setting
from core.errors import UserError
from core.reporting import recommender_charts

if TYPE_CHECKING:
    from core.recommender.service import Recommendation, Recommender

_ABOUT = {
    "hybrid": N_("Neighbours and descriptions added up, weighted by what sold last."),
    "weighted": N_("Bought by the same shoppers; rare products you like and your latest choices count more."),
    "cosine": N_("Bought by the same shoppers."),
    "lsa": N_("Hidden themes of the purchases, by truncated SVD."),
    "content": N_("Names, brands and categories alike; purchases are not read."),
    "popular_segment": N_("What shoppers of your segment buy most."),
    "popular": N_("What most shoppers bought, the same for everyone: the floor."),
}


def show(_: Translator, service: Recommender, shopper: Shopper, found: Sequence[Recommendation]) -> None:
    """The lenses as tabs; only the open one is computed."""
    st.header(_("Look closer"), anchor="closer", divider="gray")
    titles = [_("Two methods side by side"), _("Segments of shoppers"), _("Map of the catalogue")]
    sides, segments, places = tabs(_, titles, "recommendations_lens")
    if sides.open:
        with sides:
            _side_by_side(_, service, shopper)
    if segments.open:
        with segments:
            _segments(_, service, shopper)
    if places.open:
        with places:
            catalogue_map.show(_, service, shopper.view.liked, [row.product for row in found])


def _side_by_side(_: Translator, service: Recommender, shopper: Shopper) -> None:
    view = shopper.view
    columns = st.columns(2, gap="medium")
    for column, name, label in zip(columns, ("first", "second"), (_("One method"), _("Another")), strict=True):
        column.selectbox(
            label, list(service.methods), format_func=lambda key: method_name(_, key), **setting(shopper, name)
        )
    if not view.liked:
        st.info(_("Pick a product first: without any, all methods fall back on what sold best when the data end."))
        return
    lists = [
        service.recommend(
            view.liked,
            view.count,
            exclude=view.hidden,
            department=view.department or None,
            diversity=view.diversity / 100,
            method=method,
        )
        for method in view.methods
    ]
    shared = {row.product.place for row in lists[0]} & {row.product.place for row in lists[1]}
    for column, method, rows in zip(columns, view.methods, lists, strict=True):
        with column:
            st.caption(_(_ABOUT[method]))
            st.markdown("\n".join(_line(_, row, shared) for row in rows))
    st.caption(
        _("In both lists (marked ⇄): {count} of {total}.").format(
            count=_.number(len(shared)), total=_.number(max(map(len, lists)))
        )
    )


def _line(_: Translator, row: Recommendation, shared: set[int]) -> str:
    mark = " ⇄" if row.product.place in shared else ""
    return f"1. **{plain(shortened(title(_, row.product), 60))}**{mark}  \n   {plain(origin(_, row.product))}"


def _segments(_: Translator, service: Recommender, shopper: Shopper) -> None:
    groups = service.segments
    names = [product_names.segment(_, group) for group in groups]
    own = groups.index(service.segment_of(shopper.view.liked)) if shopper.view.liked else None
    if own is None:
        st.info(_("Pick a product to see which segment of shoppers you belong to."))
    else:
        st.markdown(
            _("Your basket belongs to the segment **{name}**, {share} of all shoppers.").format(
                name=names[own], share=_.percent(groups[own].share, 0)
            )
        )
    marked = [f"{name} ◀" if place == own else name for place, name in enumerate(names)]
    departments = service.shop.departments
    st.plotly_chart(
        recommender_charts.segments(
            marked,
            [group.share for group in groups],
            [[group.centre[name] for name in departments] for group in groups],
            [product_names.department(_, name) for name in departments],
            _.percent,
            size=_("share of shoppers"),
            shares_title=_("purchases by department"),
        ),
        key="segments",
        alt=_("Segments of shoppers: {said}").format(
            said=", ".join(f"{name} {_.percent(group.share, 0)}" for name, group in zip(names, groups, strict=True))
        ),
    )
    table = pd.DataFrame(
        {
            _("Segment"): names,
            _("Share of shoppers"): [_.percent(group.share, 0) for group in groups],
            _("Favourites, bought here more than elsewhere"): [
                " · ".join(shortened(title(_, product), 40) for product in group.favourites) for group in groups
            ],
        }
    )
    st.dataframe(table, hide_index=True, alt=_("Segments with their sizes and favourites"))
    st.caption(
        _(
            "Shoppers are grouped by how their purchases divide over the departments (k-means). The method “Popular in "
            "the segment” recommends from the favourites of the group; a visitor who has picked nothing gets the "
            "favourites of each group in turn."
        )
    )
    try:
        metrics = recommender_record()["metrics"]
    except UserError:  # the panel about the model says what is missing
        return
    worth_of_segments(_, metrics, service)
