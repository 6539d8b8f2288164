"""What visitors who agreed to be counted like just now, for a visitor who has picked nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import events
from app.i18n import Translator
from app.widgets.product_names import origin, plain, shortened, title
from app.widgets.shopper import Shopper
from core.events.types import PRODUCT

if TYPE_CHECKING:
    from core.recommender.service import Recommender

_MOST = 4
_READ = 12  # some may be set aside, or not in this shop any more


def show(_: Translator, service: Recommender, shopper: Shopper) -> None:
    """Up to four products, where there are some and the visitor has picked none."""
    if shopper.view.liked:
        return
    names = [name for name in events.popular(PRODUCT, _READ) if name in service.shop.place]
    found = [service.product(name) for name in names if name not in shopper.view.hidden][:_MOST]
    if not found:
        return
    st.subheader(_("Popular right now"), anchor=False)
    st.caption(_("Liked lately by visitors who agreed to be counted; what is newer counts more."))
    with st.container(horizontal=True, gap="small", key="popular"):
        for product in found:
            with st.container(border=True, width=230, gap="small"):
                st.markdown(f"**{plain(shortened(title(_, product), 60))}**")
                st.caption(plain(origin(_, product)), help=plain(title(_, product)))
                st.button(
                    _("I like it"),
                    key=f"popular-{product.id}",
                    on_click=shopper.like,
                    args=(product.id,),
                    icon=":material/favorite:",
                )
