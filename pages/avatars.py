"""Avatars: generate until one suits you, claim it for ten cents, prove it is yours."""

from functools import partial

import streamlit as st

from app.i18n import explain, translator
from app.records import avatar_record
from app.resources import avatar_generator, baseline, ledger
from app.widgets.avatars import gallery, mine, model_panel, saved, settings, statement, verify, visit, wallet, wording
from app.widgets.avatars.purse import purse, welcome_back
from app.widgets.generators import taught
from app.widgets.openings import tabs
from core.errors import UserError
from core.ledger.tills import PRICE_CENTS

_ = translator()
service, missing, register, closed, told = None, None, None, None, False
try:
    with st.spinner(_("The model is opening…"), show_time=False):
        service = avatar_generator()
except UserError as problem:  # wallets, claimed avatars and verifying work without it
    missing = problem
try:
    register = ledger()
    told = welcome_back(register)
    told = purse().closed_elsewhere(register) or told
except UserError as problem:  # drawing works without it
    closed = problem

own = purse()
st.markdown(
    _(
        "Pick a theme, generate until an avatar suits you, and claim it for {price}: **yours alone**, checked against "
        "every picture we trained on and every avatar claimed so far, distance shown, with a signed certificate."
    ).format(price=wording.euros(_, PRICE_CENTS))
)
if closed:
    st.error(wording.explain(_, closed), icon=":material/error:")
if told:
    wallet.news(_, own)
if register and own.wallet and own.unsaved:
    wallet.keys(_, own, "page")

verify.follow("avatars_rooms", 2)
create, possess, prove = tabs(_, [_("Create"), _("My avatars and wallet"), _("Verify")], "avatars_rooms")
if missing and create.open:
    create.error(explain(missing), icon=":material/error:")
if create.open and service:
    with create:
        stay = visit.enter(service.themes)
        try:
            claims = mine.by_order(register, own)
        except UserError as problem:
            claims, closed = {}, problem
        counter = gallery.Counter(register, closed, own, claims)
        if stay.strange:
            st.warning(_("Part of this link makes no sense here and was left out."), icon=":material/link_off:")
        settings.themes(_, service, stay)
        shown, asked = st.columns([8, 5], gap="large")  # on a phone, the avatars come before the knobs
        with asked:
            settings.knobs(_, service, stay)
        with shown:
            sheet = gallery.draw(_, service, stay, counter)
            if sheet.problem:
                st.warning(explain(sheet.problem), icon=":material/warning:")
            else:
                gallery.show(_, service, stay, counter, sheet)
                if sheet.wish.kind == "themes":
                    taught.show(_, "avatars", sheet, partial(baseline, "avatar"), service.taught)
        saved.show(_, service, stay, counter)
        visit.leave(stay)
if register:
    try:
        if possess.open:
            with possess:
                wallet.box(_, register, own, "tab")
                if own.wallet:
                    statement.show(_, register, own.wallet)
                mine.show(_, register, own)
        if prove.open:
            with prove:
                verify.show(_, register)
    except UserError as problem:  # such as a database that has gone
        st.error(wording.explain(_, problem), icon=":material/error:")
if service:
    try:
        model_panel.show(_, avatar_record(), service)
    except UserError as problem:  # such as figures that are not measured yet: the rest of the page goes on working
        st.warning(explain(problem), icon=":material/monitoring:")
