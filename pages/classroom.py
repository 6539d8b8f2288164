"""GAN class: the course, the laboratories, the quiz, and a class that takes part by phone."""

import streamlit as st

from app.i18n import translator
from app.resources import class_game
from app.widgets.classroom import course, course_live, lab_2d, lab_images, quiz_alone, room_entry, room_host, room_phone

_ = translator()
visitor = room_entry.enter()
if visitor.host:
    room_host.show(
        _, visitor.host, course.chapters(_), lambda key: course.screen(_, key, live=True),
        lambda key: course.notes(_, key), class_game,
    )  # fmt: skip
elif visitor.seat:
    room_phone.show(_, visitor.seat, lambda key: course.screen(_, key, live=False))
elif visitor.lost:
    room_phone.gone(_)
elif visitor.away:
    room_host.taking_over(_)
    room_phone.join(_, visitor.code)
else:
    if visitor.code:
        room_phone.join(_, visitor.code)
    parts = {
        "course": _("Course"),
        "lab": _("Laboratory: points"),
        "images": _("Laboratory: pictures"),
        "quiz": _("Quiz"),
        "class": _("Class"),
    }
    # by its name and not, as a bound widget would, by what it is called in one language: addresses are shared
    key, asked = f"class_part_{_.language}", st.query_params.get("part", "course")
    st.session_state.setdefault(key, asked if asked in parts else "course")
    part = st.segmented_control(
        _("Part"), list(parts), format_func=parts.__getitem__, key=key, required=True, label_visibility="collapsed"
    )
    if part != asked:
        st.query_params["part"] = str(part)
    if part == "lab":
        course_live.leave()
        lab_2d.show(_)
    elif part == "images":
        lab_images.show(_)
    elif part == "quiz":
        quiz_alone.show(_)
    elif part == "class":
        room_host.opening(_)
        if not visitor.code:
            room_phone.join(_, "")
        room_host.taking_over(_)
    else:
        course.show(_)
