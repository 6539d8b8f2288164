"""A host and phones play through the page: joining, following, answering, refreshing, forgetting."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from app import server
from app.widgets.classroom import room_entry, room_host
from app.widgets.product_names import plain
from core.classroom.rooms import Host
from core.images import encode_png
from core.settings import settings
from tests.app.conftest import Jar, take_cookies

SCRIPT = Path(__file__).with_name("class_page.py")
HOSTILE = "**Bob** [x](http://x.y)"
DOT = encode_png(np.zeros((1, 1, 3), np.uint8))


@pytest.fixture(autouse=True)
def _own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EFFIGIES_STATE", str(tmp_path))
    settings.cache_clear()
    room_entry.classroom.clear()
    yield
    room_entry.classroom().database.close()
    monkeypatch.undo()
    settings.cache_clear()
    room_entry.classroom.clear()


def browse(language: str = "en", **parameters: str) -> AppTest:
    page = AppTest.from_file(str(SCRIPT), default_timeout=120)
    for name, value in {"lang": language, **parameters}.items():
        page.query_params[name] = value
    return page.run()


def given(page: AppTest) -> dict[str, str]:
    values = {name: page.query_params[name] for name in ("room", "seat", "host") if name in page.query_params}
    return {name: value if isinstance(value, str) else value[0] for name, value in values.items()}


def said(page: AppTest) -> str:
    assert not page.exception
    parts = (*page.markdown, *page.caption, *page.subheader, *page.header, *page.info, *page.success, *page.error,
             *page.warning)  # fmt: skip
    bars = [element.proto.text for element in page.get("progress")]
    return "\n".join([part.value for part in parts] + bars)


def click(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def host_of(page: AppTest) -> Host | None:
    return room_entry.classroom().host(page.session_state["class_driven"][given(page)["host"]])


def open_class() -> AppTest:
    return click(browse(), "class_open")


def join(host: AppTest, nickname: str = "Ana", language: str = "en") -> AppTest:
    phone = browse(language, room=given(host)["host"])
    phone.text_input(key="class_nickname").set_value(nickname)
    return next(button for button in phone.button if button.proto.is_form_submitter).click().run()


def test_the_qr_code_leads_where_the_studio_was_told_that_phones_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "EFFIGIES_ADDRESS" in said(open_class())
    coded: list[str] = []

    def qr(link: str) -> bytes:
        coded.append(link)
        return DOT

    monkeypatch.setattr(room_host, "_qr", qr)
    monkeypatch.setattr(server, "lan_address", lambda: "172.18.0.2")  # a container's own
    monkeypatch.setenv("EFFIGIES_ADDRESS", "http://192.168.1.20:8080/")
    settings.cache_clear()
    host = open_class()
    assert coded[-1] == f"http://192.168.1.20:8080/gan-class?room={given(host)['host']}"
    assert any("192.168.1.20:8080/gan-class" in line.replace("\\", "") for line in said(host).splitlines())
    assert "EFFIGIES_ADDRESS" not in said(host)


def shortcuts(page: AppTest) -> dict[str, str]:
    return {str(button.key): button.proto.shortcut for button in page.button if button.proto.shortcut}


def test_a_presenter_drives_the_class_by_keys() -> None:
    host = open_class()
    assert not shortcuts(host)
    click(host, "class_course_show")
    assert shortcuts(host) == {"class_course_next": "right"}
    click(host, "class_course_next")
    assert shortcuts(host) == {"class_course_back": "left"}
    click(host, "class_lobby")
    click(host, "class_quiz_start")
    assert shortcuts(host) == {"class_show": "down"}  # "next" pressed twice ends no question
    click(host, "class_show")
    assert shortcuts(host) == {"class_next": "right"}
    click(host, "class_next")
    click(host, "class_show")
    assert shortcuts(host) == {"class_next": "right", "class_back": "left"}


@pytest.mark.security
def test_a_host_and_two_phones_play_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    host = open_class()
    assert given(host).keys() == {"host"}
    phones = [join(host, "Ana"), join(host, HOSTILE, "fr")]
    assert "You are in" in said(phones[0])
    assert "2 players" in said(host.run())
    assert HOSTILE not in said(host)  # no markup of theirs is obeyed
    assert r"\*\*Bob\*\*" in said(host)
    host.number_input(key="class_quiz_count").set_value(2).run()
    click(host, "class_quiz_start")
    assert "Question 1 of 2" in said(host)
    service = room_entry.classroom()
    live = service.look(1)
    assert live is not None
    asked = service.round(live)
    assert asked is not None
    click(phones[0].run(), f"class_choice_{asked.id}_{asked.answer}")
    click(phones[1].run(), f"class_choice_{asked.id}_{(asked.answer + 1) % 4}")
    assert "Your answer is in" in said(phones[0])
    assert not [button for button in phones[0].button if "choice" in str(button.key)]
    assert "2 of 2 have answered" in said(host.run())
    click(host, "class_show")
    assert "Right! " in said(phones[0].run())
    assert plain(asked.content["texts"]["fr"]["explanation"]) in said(phones[1].run())  # each in its own language
    click(host, "class_board")
    assert r"Ana" in said(host)
    assert "points" in said(phones[0].run())
    assert [metric.value for metric in phones[0].metric] == ["1"]
    click(host, "class_next")
    assert "Question 2 of 2" in said(host)


def test_a_second_tap_that_ends_the_first_ones_run_opens_no_second_seat_or_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: QueryParamsProxy, wanted: dict[str, str]) -> None:
        if wanted:  # Streamlit ends a run where the address is to change and another click waits
            st.stop()

    host = browse()
    with monkeypatch.context() as patch:
        patch.setattr(QueryParamsProxy, "update", interrupted)
        click(host, "class_open")
    host.run()
    assert "0 players" in said(host)
    assert host_of(host) is not None
    phone = browse(room=given(host)["host"])
    with monkeypatch.context() as patch:
        patch.setattr(QueryParamsProxy, "update", interrupted)
        phone.text_input(key="class_nickname").set_value("Ana")
        next(button for button in phone.button if button.proto.is_form_submitter).click().run()
    assert "You are in" in said(phone.run())
    assert "1 player" in said(host.run())


def test_a_refreshed_phone_and_a_refreshed_host_go_on_where_they_were(jar: Jar) -> None:
    host = open_class()
    take_cookies(host, jar)
    phone = join(host)
    click(host.run(), "class_course_show")
    assert "Chapter: What a GAN is" in said(host)
    assert "Chapter: What a GAN is" in said(phone.run())
    assert "Chapter: What a GAN is" in said(browse(**given(phone)))
    again = browse(**given(host))
    assert "Chapter: What a GAN is" in said(again)
    click(again, "class_course_next")
    assert "Chapter: How it learns" in said(join(host, "Late"))


def test_a_wrong_code_and_an_empty_nickname_are_explained() -> None:
    host = open_class()
    wrong = browse("en", room="QQQQ")
    wrong.text_input(key="class_nickname").set_value("Eve")
    next(button for button in wrong.button if button.proto.is_form_submitter).click().run()
    assert "No class has this code" in said(wrong)
    assert "seat" not in given(wrong)
    assert "Write a nickname" in said(join(host, "\u202e\u200b"))


def test_keys_that_open_nothing_are_told_apart_from_errors(jar: Jar) -> None:
    assert "This class is over" in said(browse(room="CCCC", seat="forged"))
    jar["effigies_host_CCCC"] = "forged"
    over = browse(host="CCCC")
    assert "This class is over" in said(over)
    take_cookies(over, jar)
    assert not jar


def test_the_hosts_address_alone_drives_nothing_and_a_code_hands_the_class_over(jar: Jar) -> None:
    host = open_class()
    code = given(host)["host"]
    key = host.session_state["class_driven"][code]
    assert key not in str(given(host))
    seen = browse(host=code)  # somebody copied the address from the wall
    assert not [button for button in seen.button if button.key == "class_course_show"]
    assert seen.text_input(key="class_code").value == code  # they may join
    click(host, "class_host_code_show")
    handed = host.code[0].value
    other = browse()
    for typed, there in (("CCCCCCCC", False), (handed, True)):
        other.text_input(key="class_host_code").set_value(typed)
        next(button for button in other.button if button.label == "Drive the class from here").click().run()
        assert bool([button for button in other.button if button.key == "class_course_show"]) == there
    click(other, "class_course_show")
    assert "Chapter: What a GAN is" in said(host.run())
    take_cookies(other, jar)
    assert jar[f"effigies_host_{code}"] != key  # a key of its own


def test_notes_are_shown_to_a_presenter_who_asks() -> None:
    host = click(open_class(), "class_course_show")
    assert "Notes: what" not in said(host)
    assert "Notes: what" in said(host.toggle(key="class_presenting").set_value(True).run())


def test_a_studio_without_classes_or_with_a_code_of_its_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFIGIES_CLASS_CODE", "chalk")
    settings.cache_clear()
    room_entry.classroom.clear()
    page = browse()
    assert "not the code" in said(click(page, "class_open"))
    page.text_input(key="class_teachers").set_value("chalk")
    assert "host" in given(click(page, "class_open"))
    monkeypatch.setenv("EFFIGIES_CLASSES", "false")
    settings.cache_clear()
    assert not [button for button in browse().button if button.key == "class_open"]


def test_removing_locking_closing_and_forgetting() -> None:
    host = open_class()
    phone, friend = join(host, "Troll"), join(host, "Friend")
    host.run()
    key = next(str(box.key) for box in host.selectbox if str(box.key).startswith("class_removed_"))
    host.selectbox(key=key).select_index(0).run()
    click(host, "class_remove")
    assert "you are not in it any more" in said(phone.run())
    assert "You are in" in said(friend.run())
    toggle = next(str(box.key) for box in host.run().toggle if str(box.key).startswith("class_locked_"))
    host.toggle(key=toggle).set_value(True).run()
    assert "lets nobody else in" in said(join(host, "Troll"))
    click(host, "class_close")
    assert "Thank you for playing" in said(friend.run())
    click(host, "class_forget")
    assert "This class is over" in said(host.run())
    assert "This class is over" in said(friend.run())
    assert not room_entry.classroom().any_open_room()


def test_after_the_last_question_the_wall_says_what_to_go_over_again() -> None:
    host = open_class()
    phone = join(host)
    host.run().number_input(key="class_quiz_count").set_value(2).run()
    click(host, "class_quiz_start")
    service = room_entry.classroom()
    for wrong in (1, 0):
        live = service.look(1)
        asked = service.round(live) if live else None
        assert asked
        click(phone.run(), f"class_choice_{asked.id}_{(asked.answer + wrong) % 4}")
        click(host.run(), "class_show")
        click(host, "class_board")
        assert ("To go over again" in said(host)) == (asked.number == 2)
        if wrong:
            missed = asked.content["texts"]["en"]
            click(host, "class_next")
    assert f"1. {plain(missed['text'])}" in said(host)
    assert "Right answers: 0 of 1 (0%)" in said(host)
    assert plain(missed["explanation"]) in said(host)
    assert "To go over again" not in said(phone.run())


def choices(phone: AppTest) -> list[str]:
    return [str(button.key) for button in phone.run().button if str(button.key).startswith("class_choice_")]


def test_a_player_who_was_removed_and_came_back_answers_anew() -> None:
    host = open_class()
    phone = join(host)
    click(host.run(), "class_quiz_start")
    assert "Your answer is in" in said(click(phone, choices(phone)[0]))
    service, driver = room_entry.classroom(), host_of(host)
    live = service.look(1)
    assert driver
    assert live
    service.remove(driver, live.players[0].id)
    click(phone.run(), "class_leave")
    phone.query_params["room"] = live.code
    phone.run().text_input(key="class_nickname").set_value("Ana")
    next(button for button in phone.button if button.proto.is_form_submitter).click().run()
    assert "Your answer is in" in said(click(phone, choices(phone)[0]))
    asked = service.round(live)
    assert asked
    assert sum(service.tally(asked)) == 1


def test_every_tab_of_a_player_shows_what_one_of_them_answered() -> None:
    host = open_class()
    one = join(host)
    other = browse(**given(one))
    click(host.run(), "class_quiz_start")
    assert choices(other)
    click(one, choices(one)[0])
    click(host, "class_show")
    assert "No answer from you" not in said(other.run())


def test_own_questions_are_asked_and_bad_lines_named() -> None:
    host = open_class()
    host.segmented_control(key="class_quiz_own").set_value(True).run()
    table = b"question,a,b,answer\nIs **this** ours?,yes,no,a\nBroken?,yes,no,z\n"
    host.file_uploader(key="class_questions").set_value([("mine.csv", table, "text/csv")]).run()
    assert "1 question is ready" in said(host)
    assert "Line 3" in said(host)
    click(host, "class_own_start")
    assert r"Is \*\*this\*\* ours?" in said(host)


def test_the_game_shows_class_and_network_beside_each_other() -> None:
    host = open_class()
    phone = join(host)
    host.run().number_input(key="class_game_count").set_value(2).run()
    click(host, "class_game_start")
    assert "Real or forged?" in said(host)
    assert "probability" not in said(host)
    for _ in range(2):
        forged = next(button for button in phone.run().button if button.label == "Forged picture")
        click(phone, str(forged.key))
        click(host, "class_show")
        assert "The network says" in said(host)
        if any(button.key == "class_next" for button in host.button):
            click(host, "class_next")
    shown = {metric.label: metric.value for metric in host.metric}
    assert shown == {
        "Class · Accuracy": "50%", "Class · Sensitivity": "100%", "Class · Specificity": "0%",
        "Network · Accuracy": "100%", "Network · Sensitivity": "100%", "Network · Specificity": "100%",
    }  # fmt: skip
    pictures = [image.alt for element in phone.get("image") for image in element.proto.imgs]
    assert pictures == ["The picture to judge: is it real or forged?"]
    click(host, "class_stop")
    assert "Forger 2 of 2" in [box.value for box in host.selectbox] or host.selectbox[1].value == 1


def test_the_quiz_alone_explains_every_answer() -> None:
    page = browse("fr")
    page.number_input(key="class_alone_count").set_value(2).run()
    click(page, "class_alone_start")
    for number in range(2):
        click(page, f"class_alone_{number}_0")
        assert page.success or page.error
        assert all(button.disabled for button in page.button if str(button.key).startswith(f"class_alone_{number}_"))
        click(page, "class_alone_next")
    assert len(page.metric) == 1
    click(page, "class_alone_again")
    assert page.button(key="class_alone_start")
