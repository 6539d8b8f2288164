"""Campaign emoji: write messages and get new emoji that fit them, turn the network's knobs, take stickers home."""

import streamlit as st

from app.i18n import explain, translator
from app.records import emoji_record
from app.resources import emoji_generator, message_reader
from app.widgets.emoji import campaign, conversation, gallery, model_panel, names, refined, saved, settings, visit
from core.emoji.sample_talks import sample_talks
from core.errors import UserError

_ = translator()
service, missing, reader, deaf = None, None, None, None
try:
    with st.spinner(_("The model is opening…"), show_time=False):
        service = emoji_generator()
except UserError as problem:  # messages are read without it
    missing = problem
try:
    with st.spinner(_("The reader of messages is opening…"), show_time=False):
        reader = message_reader()
except UserError as problem:  # contexts can be set by hand without it
    deaf = problem

known = service.classes if service else names.CLASSES
classes = {axis: list(each) for axis, each in known.items()}
if service:
    classes["things"] = service.drawings.props()
stay = visit.enter(classes, sample_talks(_.language)[0].messages)
understood = conversation.read(reader, service, stay)
stay.follow_talk(understood)
st.markdown(
    _(
        "Write messages: a network understands their mood and topic and draws emoji that **no keyboard has**. Correct "
        "it, turn its knobs, and take transparent stickers home."
    )
)
if stay.strange:
    st.warning(_("Part of this link makes no sense here and was left out."), icon=":material/link_off:")
for gone in (missing, deaf):
    if gone:
        st.error(explain(gone), icon=":material/error:")

talk, variations = st.columns([6, 7], gap="large")
with talk:
    st.subheader(_("Conversation"), anchor=False)
    conversation.show(_, service, stay, understood)
with variations:
    if service:
        gallery.show(_, service, stay, gallery.draw(_, service, stay))
    settings.show(_, classes, stay, service)
if service:
    saved.show(_, service, stay)
    with st.expander(_("Campaign sheet: a set of twelve"), icon=":material/campaign:", key="emoji_campaign"):
        campaign.show(_, service, stay)
    with st.expander(_("Refined data set"), icon=":material/dataset:", key="emoji_refined"):
        refined.show(_, service, stay)
    try:
        model_panel.show(_, emoji_record(), service)
    except UserError as problem:  # such as figures that are not measured yet: the rest of the page goes on working
        st.warning(explain(problem), icon=":material/monitoring:")
visit.leave(stay)
