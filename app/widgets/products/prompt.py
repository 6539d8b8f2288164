"""How a visitor says what to draw: a text field, examples, pickers that write the text; and what was understood."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.i18n import N_, Translator
from app.widgets.generators.visit import VARIETIES
from app.widgets.product_names import plain
from app.widgets.products import wording
from app.widgets.products.visit import Visit, seed_widgets
from core.gan.recipe import MAX_SEED
from core.text.words import MAX_CHARACTERS

if TYPE_CHECKING:
    from core.product.service import ProductGenerator
    from core.text.reading import Reading

_PICKERS = {"type": N_("Type"), "colour": N_("Colour"), "gender": N_("For whom"), "usage": N_("Use")}
_MOST_PIECES = 12  # of a text that are shown one by one
_LONGEST_PIECE = 40


def show(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    """The field and the examples."""
    heard = wording.heard(service.read(visit.view.text))
    values = {_key("text"): visit.view.text, _key("seed"): visit.view.seed, _key("variety"): visit.view.variety}
    values |= {_key(kind): heard.get(kind) for kind in _PICKERS} | {_key("example"): None}
    seed_widgets(visit, _.language, values)
    _field(_, visit)
    st.pills(
        _("Examples"),
        range(len(wording.EXAMPLES)),
        format_func=lambda place: wording.example(place, _.language),
        key=_key("example"),
        on_change=_take_example,
        args=(visit, _.language),
        wrap=False,  # a row to be pushed sideways: on a phone the pictures stay near the text
    )


def refine(_: Translator, service: ProductGenerator, visit: Visit) -> None:
    """The pickers and the settings."""
    _pickers(_, visit, service.read(visit.view.text))
    _settings(_, visit)


def _field(_: Translator, visit: Visit) -> None:
    with (
        st.form("products_form", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            _("What the pictures show, in French or English"),
            key=_key("text"),
            placeholder=_("such as: {example}").format(example=wording.example(0, _.language)),
        )
        st.form_submit_button(
            _("Generate"),
            icon=":material/brush:",
            on_click=lambda: visit.say(st.session_state[_key("text")], enter=True),
            help=_("With the same text once more, you get other pictures of it."),
        )


def _pickers(_: Translator, visit: Visit, reading: Reading) -> None:
    heard = wording.heard(reading)
    with st.expander(_("Compose the description from lists"), icon=":material/tune:"):
        columns = st.columns(2)
        for place, (kind, title) in enumerate(_PICKERS.items()):
            columns[place % 2].selectbox(
                _(title),
                wording.choices(kind, heard.get(kind), _.language),
                index=None,
                format_func=partial(wording.label, kind, language=_.language),
                placeholder=_("any"),
                key=_key(kind),
                on_change=_pick,
                args=(visit, reading, kind, _.language),
            )


def _settings(_: Translator, visit: Visit) -> None:
    variety, seed = st.columns(2, vertical_alignment="bottom")
    variety.select_slider(
        _("Variety"),
        VARIETIES,
        format_func=lambda value: _.percent(value / 100, 0),
        help=_("To the left, the most typical pictures; to the right, more unusual and less certain ones."),
        key=_key("variety"),
        on_change=lambda: visit.set(variety=st.session_state[_key("variety")]),
    )
    seed.number_input(
        _("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        step=1,
        help=_("Same text, same seed: same pictures. Keep the seed and change the text to compare two descriptions."),
        key=_key("seed"),
        on_change=lambda: visit.set(seed=int(st.session_state[_key("seed")])),
    )


def understood(_: Translator, service: ProductGenerator, visit: Visit, text: str) -> None:
    """What the encoder made of the text."""
    reading = service.read(text)
    if visit.strange:
        st.warning(_("Part of this link makes no sense here and was left out."), icon=":material/link_off:")
    if visit.cut:
        st.warning(
            _("This text is long: only its first {count} characters are read.").format(count=_.number(MAX_CHARACTERS)),
            icon=":material/content_cut:",
        )
    if not visit.view.text:
        st.info(
            _("This is an example. Write what you would like to see, or take one of the examples."),
            icon=":material/lightbulb:",
        )
    lines = []
    if reading.understood:
        lines.append(_(":material/check: **Understood**: {words}").format(words=_pieces(_, reading.understood)))
    if reading.approximated:
        guesses = [_("{written} as {known}").format(written=_quoted(_, w), known=_quoted(_, k)) for w, k in
                   reading.approximated[:_MOST_PIECES]]  # fmt: skip
        lines.append(_(":material/near_me: **Taken as**: {words}").format(words=", ".join(guesses)))
    if reading.ignored:
        words = _pieces(_, reading.ignored)
        lines.append(_(":material/help: **Not known, so left out**: {words}").format(words=words))
    if reading.excluded:
        lines.append(
            _(
                ":material/block: **Cannot be obeyed**: {words}. The generator draws what it is told; it cannot be "
                "told what to leave away, so this part is not read."
            ).format(words=_pieces(_, reading.excluded))
        )
    if lines:
        st.markdown("  \n".join(lines))


def nothing(_: Translator, text: str) -> None:
    """The answer to a text of which nothing is understood."""
    st.warning(
        _(
            "Nothing in {text} is known here, so nothing is drawn. Write the kind of product and its colour in French "
            "or English, or take one of the examples above."
        ).format(text=_quoted(_, text)),
        icon=":material/search_off:",
    )


def _pieces(_: Translator, pieces: tuple[str, ...]) -> str:
    shown = ", ".join(_quoted(_, piece) for piece in pieces[:_MOST_PIECES])
    more = len(pieces) - _MOST_PIECES
    return _("{shown} and {count} more").format(shown=shown, count=_.number(more)) if more > 0 else shown


def _quoted(_: Translator, text: str) -> str:
    return quoted(_, text, _LONGEST_PIECE)


def quoted(_: Translator, text: str, length: int) -> str:
    """What a visitor wrote, within quotation marks, as it is written."""
    cut = text if len(text) <= length else f"{text[: length - 1]}…"  # a single word can be 500 characters long
    return _("“{text}”").format(text=plain(cut))


def _pick(visit: Visit, reading: Reading, kind: str, language: str) -> None:
    visit.say(wording.picked(reading, kind, st.session_state[_key(kind)], language))


def _take_example(visit: Visit, language: str) -> None:
    place = st.session_state[_key("example")]
    if place is not None:
        visit.say(wording.example(place, language))


def _key(name: str) -> str:
    return f"products_{name}"
