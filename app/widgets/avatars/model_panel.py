"""How good the avatar generator is: what `evaluate` measured, how unique its avatars are, how it was trained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app.i18n import N_, Translator
from app.widgets.avatars import wording
from app.widgets.generators import panel, training
from app.widgets.generators.panel import Record
from core.reporting import charts

if TYPE_CHECKING:
    from core.avatar.service import AvatarGenerator

_SETS = {"generated": N_("Ours"), "baseline": "DCGAN", "real": N_("Training pictures, held out")}
_EDITS = {
    "recompressed": N_("recompressed"), "resized": N_("resized"), "brightened": N_("brightened"),
    "cropped": N_("cut by a pixel"), "mirrored": N_("mirrored"),
}  # fmt: skip
_MANY = 100_000_000  # claims that docs/claims-at-scale.md is about


def show(_: Translator, record: Record, service: AvatarGenerator) -> None:
    """The panel at the end of the page; only the open tab is computed."""
    panel.show(_, "avatars", _TABS, record, service)


def _summary(_: Translator, record: Record, service: AvatarGenerator) -> None:
    metrics = record["metrics"]
    theme, found = metrics.get("theme"), metrics.get("distribution", {})
    cells = st.columns(4)
    if theme:
        about = _("Real pictures: {ceiling}. Chance: {floor}.")
        panel.metric(_, cells[0], _("Theme as asked"), {**theme, "floor": theme["chance"]}, about)
    panel.kid(_, cells[1], _("KID, less is better"), found.get("generated"))
    panel.kid(_, cells[2], _("KID of DCGAN"), found.get("baseline"))
    panel.pace(_, cells[3], _("One picture"), metrics)
    if not theme:
        panel.unmeasured(_)
        return
    st.markdown(
        _(
            "One avatar was drawn for each of {count} held-out pictures, of its theme. A separate network, trained on "
            "real pictures only, says which theme it sees; its accuracy on real pictures is the ceiling."
        ).format(count=_.number(metrics["n"]))
    )
    ours = found.get("generated", {})
    if theme.get("baseline") is not None and "recall" in ours:
        st.markdown(
            _(
                "A theme alone does not tell a good picture: DCGAN’s is recognised in {dcgan} of cases. Recall is "
                "{recall}, of 1 at best: only that share of the real pictures could be ours."
            ).format(dcgan=_.percent(theme["baseline"]), recall=_.number(ours["recall"], 3))
        )
    panel.distribution(_, metrics, _SETS, _("Distances to real pictures: ours, DCGAN, held-out training pictures"))
    panel.copies(_, metrics.get("memorisation", {}))


def _themes(_: Translator, record: Record, service: AvatarGenerator) -> None:
    rows = record["metrics"].get("by_theme", [])
    if not rows:
        panel.unmeasured(_)
        return
    names = [wording.theme_title(_, row["theme"]) for row in rows]
    bars = {_("Ours"): [row["accuracy"] for row in rows]}
    if any(row.get("baseline_accuracy") is not None for row in rows):
        bars["DCGAN"] = [row.get("baseline_accuracy") for row in rows]
    marks = {_("Ceiling: real pictures"): [row["ceiling"] for row in rows]}
    panel.as_asked(_, "avatars-by-theme", names, bars, marks)
    kids = {key: [row[key]["kid"] if row.get(key) else None for row in rows] for key in _SETS}
    table = pd.DataFrame(
        {_("Theme"): names}
        | {
            _("KID, {pictures}").format(pictures=_(title)): [
                "–" if kid is None else _.number(kid, 4) for kid in kids[key]
            ]
            for key, title in _SETS.items()
        }
        | {
            _("Variety beside real pictures"): [
                _.percent(row["diversity"]["share_of_real"], 0) if row.get("diversity") else "–" for row in rows
            ]
        }
    ).set_index(_("Theme"))
    st.dataframe(table, alt=_("KID by theme, and how varied the avatars are"))


def _uniqueness(_: Translator, record: Record, service: AvatarGenerator) -> None:
    st.markdown(
        _(
            "A picture’s **fingerprint** has 256 form marks and 16 × 16 colours. Two pictures are the same if both are "
            "near; how near was chosen for each theme on half of the measured avatars and judged on the other half. "
            "A claim is compared with every training picture and, in the same transaction that pays for it, with every "
            "claimed avatar."
        )
    )
    rows = record["metrics"].get("uniqueness", [])
    if not rows:
        panel.unmeasured(_)
        return
    table = pd.DataFrame(
        {
            _("Theme"): [wording.theme_title(_, row["theme"]) for row in rows],
            _("Form marks"): [_.number(row["thresholds"]["bits"]) for row in rows],
            _("Colours"): [_.percent(row["thresholds"]["rgb"]) for row in rows],
            _("Near copies caught"): [_.percent(row["caught"]) for row in rows],
            _("Copies of enlarged ones caught"): [
                _.percent(row["sold"]["caught"]) if row.get("sold") else "–" for row in rows
            ],
            _("Distinct ones refused"): [_.percent(row["refused"]) for row in rows],
            _("Too near to a training picture"): [_.percent(row["training"]["refused"]) for row in rows],
            _("Distinct avatars, at least"): [_.number(row["capacity"]["at_least"]) for row in rows],
        }
    ).set_index(_("Theme"))
    st.dataframe(table, alt=_("Thresholds of each theme and what they do"))
    room = [row["capacity"]["at_least"] for row in rows]
    if max(room) > 0:
        st.markdown(
            _(
                "In all, at least **{total}** avatars can be claimed. A hundred million claims need about {themes} "
                "themes as roomy as the roomiest of these."
            ).format(total=_.number(sum(room)), themes=_.number(math.ceil(_MANY / max(room))))
        )
    worst = {
        name: min(row["caught_by_edit"].get(name, 1.0) for row in rows)
        for name in _EDITS
        if any(name in row["caught_by_edit"] for row in rows)
    }
    if worst:
        st.markdown(
            _("Caught in the worst theme: {list}.").format(
                list=", ".join(f"{_(_EDITS[name])} {_.percent(share)}" for name, share in worst.items())
            )
        )
    st.caption(
        _(
            "“At least”: so many can be claimed before half of the new ones are refused, estimated from how many pairs "
            "of {count} avatars are the same, at {sure} confidence if these pairs are independent of each other; where "
            "a few motifs make them up, it is too high."
        ).format(
            count=_.number(rows[0]["capacity"]["n"]), sure=_.percent(rows[0]["capacity"].get("confidence", 0.95), 0)
        )
    )


def _variety(_: Translator, record: Record, service: AvatarGenerator) -> None:
    rows = record["metrics"].get("truncation", [])
    if not rows:
        panel.unmeasured(_)
        return
    steps = [row["truncation"] for row in rows]
    for name, title in (("accuracy", N_("as asked")), ("kid", N_("KID, less is better"))):
        st.plotly_chart(
            charts.lines({_(title): (steps, [row[name] for row in rows])}, x=_("variety"), y=_(title)),
            key=f"avatars-truncation-{name}",
            alt=f"{_(title)}: " + ", ".join(f"{_.percent(r['truncation'], 0)} {_.number(r[name], 4)}" for r in rows),
        )


def _how(_: Translator, record: Record, service: AvatarGenerator) -> None:
    st.markdown(
        _(
            "1. The seed gives random numbers, the theme is one number per theme (a mix gives several a share).\n"
            "2. The **generator** turns both into a latent: a short code for a picture.\n"
            "3. The **decoder** unfolds the code into 64 × 64 pixels.\n\n"
            "An **autoencoder** learned to fold real pictures into codes and to unfold them again. Then two networks "
            "**competed**: the generator invents codes, and a critic, which also knows the codes of real pictures, "
            "says how real each one is and whether it fits the theme. A morph walks from one avatar’s random numbers "
            "to another’s; children start halfway, each going its own way."
        )
    )
    panel.finished(_, service.manifest)
    if service.manifest.parameters.get("cells") or service.manifest.parameters.get("flat"):
        st.markdown(
            _(
                "The drawings are flat, what the decoder unfolds is not quite. At the end, pixels that lie near each "
                "other and have nearly one colour get the same; in a theme of squares, each square takes its median "
                "colour."
            )
        )


def _data(_: Translator, record: Record, service: AvatarGenerator) -> None:
    st.markdown(
        _(
            "- 64 × 64 pixels; the larger sizes are made by another network, which invents fine detail.\n"
            "- It learned from pictures composed of artists’ parts, so it draws in their manner, not in any.\n"
            "- The themes are our own: no names, figures or shapes of any franchise.\n"
            "- Unique here means: checked against every training picture and every avatar claimed in this studio."
        )
    )
    panel.artists(_, service.manifest.credits)


def _training(_: Translator, record: Record, service: AvatarGenerator) -> None:
    names = {"validation_theme": N_("Theme accuracy on held-out pictures")}
    training.curves(_, "avatars", record, service.manifest, names)
    training.samples(
        _, record, _("Every sheet is for the same themes and seeds. They are shown as they came, the poor ones too.")
    )


_TABS = {
    N_("In short"): _summary,
    N_("By theme"): _themes,
    N_("Uniqueness"): _uniqueness,
    N_("Variety"): _variety,
    N_("How it works"): _how,
    N_("Training"): _training,
    N_("Artists and limits"): _data,
}
