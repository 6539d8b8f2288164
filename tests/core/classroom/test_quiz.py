"""Answers: thirty at once, none lost, one counted per seat; forged, late and repeated ones refused; restarts."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import func, select

from core.classroom.question_files import Question
from core.classroom.quiz import LANGUAGES, TOPICS, bundled, choose, draft_own, shown_in
from core.classroom.rooms import COURSE, END, ROUND, Rules
from core.classroom.rounds import LEAD_MS, AnswerRefusedError
from core.classroom.schema import answers
from core.classroom.scoring import board, points
from core.classroom.service import Classroom
from core.database import Database
from core.limits import Limit, TooManyAttemptsError
from tests.core.classroom.conftest import School

PHONES = 30


def counted(school: School) -> int:
    with school.classroom.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(answers)).scalar_one())


def right(school: School) -> int:
    asked = school.classroom.round(school.live)
    assert asked is not None
    return asked.answer


def test_of_thirty_who_answer_at_once_none_is_lost_and_each_counts_once(school: School) -> None:
    seats = [school.join(f"Player {number}") for number in range(PHONES)]
    round_id, gate = school.ask(), Barrier(2 * PHONES)

    def press(place: int) -> bool:
        gate.wait()
        try:
            school.classroom.answer(seats[place % PHONES], round_id, place % 4)
        except AnswerRefusedError:
            return False
        return True

    with ThreadPoolExecutor(2 * PHONES) as pool:  # everybody presses twice, differently
        accepted = list(pool.map(press, range(2 * PHONES)))
    assert sum(accepted) == PHONES
    assert counted(school) == PHONES
    asked = school.classroom.round(school.live)
    assert asked is not None
    assert sum(school.classroom.tally(asked)) == PHONES


def test_the_first_answer_counts(school: School) -> None:
    seat, round_id = school.join(), school.ask()
    wrong = (right(school) + 1) % 4
    school.classroom.answer(seat, round_id, wrong)
    with pytest.raises(AnswerRefusedError, match="first answer counts"):
        school.classroom.answer(seat, round_id, right(school))
    given = school.classroom.answer_of(seat, round_id)
    assert given is not None
    assert (given.choice, given.correct, given.points) == (wrong, False, 0)


@pytest.mark.security
@pytest.mark.parametrize("choice", [-1, 4, 10**6])
def test_a_choice_that_was_not_offered_is_refused(school: School, choice: int) -> None:
    with pytest.raises(AnswerRefusedError, match="no such answer"):
        school.classroom.answer(school.join(), school.ask(), choice)
    assert counted(school) == 0


def test_late_answers_are_refused(school: School) -> None:
    seat, round_id = school.join(), school.ask(seconds=20)
    school.clock.ahead_ms = 20_000 + LEAD_MS + 1000
    with pytest.raises(AnswerRefusedError, match="Time is up"):
        school.classroom.answer(seat, round_id, 0)
    assert counted(school) == 0


def test_answers_count_only_while_their_question_is_open(school: School) -> None:
    seat, first = school.join(), school.ask()
    school.classroom.show_answer(school.host, school.live.version)
    with pytest.raises(AnswerRefusedError, match="moved on"):
        school.classroom.answer(seat, first, 0)
    school.classroom.turn(school.host, school.live.version)
    second = school.live.round_id
    assert second is not None
    assert second != first
    for stale in (first, second + 1, 10**6):
        with pytest.raises(AnswerRefusedError, match="moved on"):
            school.classroom.answer(seat, stale, 0)
    school.classroom.answer(seat, second, 0)
    newcomer = school.join("Newcomer")
    school.classroom.close(school.host)
    with pytest.raises(AnswerRefusedError):
        school.classroom.answer(newcomer, second, 1)
    assert counted(school) == 1


@pytest.mark.security
def test_a_seat_of_another_room_or_none_is_refused(school: School) -> None:
    round_id = school.ask()
    other, _key = school.classroom.create_room("192.0.2.8")
    live = school.classroom.look(other.room_id)
    assert live is not None
    stranger, _token = school.classroom.join(live.code, "Eve", "192.0.2.8")
    forged = replace(stranger, room_id=school.host.room_id)
    unseated = replace(stranger, id=10**6, room_id=school.host.room_id)
    for seat in (stranger, forged, unseated):
        with pytest.raises(AnswerRefusedError):
            school.classroom.answer(seat, round_id, 0)
    assert counted(school) == 0


@pytest.mark.security
def test_a_flood_of_presses_is_stopped_before_the_database(school: School) -> None:
    school.classroom.rules = replace(Rules(), presses=Limit("class:answer", 5, 600))
    seat, round_id = school.join(), school.ask()
    school.classroom.answer(seat, round_id, 0)
    for _ in range(4):
        with pytest.raises(AnswerRefusedError):
            school.classroom.answer(seat, round_id, 0)
    with pytest.raises(TooManyAttemptsError):
        school.classroom.answer(seat, round_id, 0)


def test_a_restart_in_the_middle_of_a_quiz_loses_nothing(school: School) -> None:
    seat, key = school.classroom.join(school.live.code, "Ana", "192.0.2.9")
    round_id = school.ask()
    before = school.classroom.answer(seat, round_id, right(school))
    opened = school.classroom.round(school.live)
    school.classroom.database.close()
    restarted = Classroom(Database(school.url))
    assert restarted.seat(key) == seat
    assert restarted.host(school.host_key) == school.host
    live = restarted.look(seat.room_id)
    assert live is not None
    assert (live.step, live.phase, live.round_id) == (ROUND, "open", round_id)
    assert restarted.round(live) == opened  # its clock included
    assert restarted.answer_of(seat, round_id) == before
    with pytest.raises(AnswerRefusedError):
        restarted.answer(seat, round_id, 0)
    assert restarted.show_answer(school.host, live.version)
    restarted.database.close()


def test_going_back_shows_an_answer_and_reopens_nothing(school: School) -> None:
    first = school.ask()
    opened = school.classroom.round(school.live)
    school.classroom.turn(school.host, school.live.version)
    school.clock.ahead_ms = 5000
    assert school.classroom.turn(school.host, school.live.version, -1)
    assert (school.live.round_id, school.live.phase) == (first, "shown")
    assert school.classroom.round(school.live) == opened
    assert not school.classroom.turn(school.host, school.live.version, -1)  # nothing before the first


def test_the_last_question_has_none_after_it_and_the_course_goes_on(school: School) -> None:
    school.ask(count=1)
    assert not school.classroom.turn(school.host, school.live.version)
    assert school.classroom.show(school.host, school.live.version, COURSE, "limits")
    school.classroom.close(school.host)
    assert school.live.step == END
    assert not school.classroom.show(school.host, school.live.version, COURSE, "limits")


def test_leaders_are_ranked_by_points_of_this_quiz_alone(school: School) -> None:
    quick, slow, idle = (school.join(name) for name in ("Quick", "Slow", "Idle"))
    for _ in range(2):
        round_id = school.ask(count=1)
        school.clock.ahead_ms += LEAD_MS
        school.classroom.answer(quick, round_id, right(school))
        school.clock.ahead_ms += 10_000
        school.classroom.answer(slow, round_id, right(school))
    asked = school.classroom.round(school.live)
    assert asked is not None
    places = school.classroom.leaders(asked)
    assert [(place.rank, place.nickname, place.right) for place in places] == [
        (1, "Quick", 1), (2, "Slow", 1), (3, "Idle", 0)]  # fmt: skip
    assert places[2].player_id == idle.id
    assert places[0].points > places[1].points >= 500
    assert places[2].points == 0


def test_the_questions_most_often_missed_come_first_and_those_of_another_quiz_never(school: School) -> None:
    seats = [school.join(name) for name in ("Ana", "Bo", "Cy")]
    school.classroom.answer(seats[0], school.ask(count=1), (right(school) + 1) % 4)  # the quiz before
    school.ask(count=4)
    for wrong in (1, 0, 3, 0):  # how many of the three miss the first, the second ...
        asked = school.classroom.round(school.live)
        assert asked is not None
        for place, seat in enumerate(seats if asked.number < 4 else []):
            school.classroom.answer(seat, asked.id, (asked.answer + (place < wrong)) % 4)
        school.classroom.turn(school.host, school.live.version)
    last = school.classroom.round(school.live)
    assert last is not None
    missed = school.classroom.missed(last, 5)
    assert [(one.number, one.right, one.given) for one in missed] == [(3, 0, 3), (1, 2, 3)]
    assert [one.number for one in school.classroom.missed(last, 1)] == [3]


def test_points_fall_from_1000_to_500_and_wrong_answers_get_none() -> None:
    assert [points(True, elapsed, 20) for elapsed in (-5, 0, 10_000, 20_000, 99_000)] == [1000, 1000, 750, 500, 500]
    assert points(False, 0, 20) == 0
    assert [place.rank for place in board([(1, "a", 5, 1), (2, "b", 9, 1), (3, "c", 5, 1), (4, "d", 0, 0)])] == [
        1,
        2,
        2,
        4,
    ]


@pytest.mark.security
def test_results_name_nobody_and_start_no_formula(school: School) -> None:
    seat = school.join("Anastasia")
    own = Question("=HYPERLINK(1)", ("+1", "@two"), 0)
    assert school.classroom.start(school.host, school.live.version, draft_own([own]))
    assert school.live.round_id is not None
    school.classroom.answer(seat, school.live.round_id, 1)
    data = school.classroom.results_csv(school.host, "en").decode("utf-8-sig")
    assert "Anastasia" not in data
    (row,) = csv.DictReader(io.StringIO(data))
    assert (row["question"], row["choice"], row["correct"], row["player"]) == ("'=HYPERLINK(1)", "'@two", "0", "1")


def test_both_languages_ask_the_same_questions() -> None:
    both = [bundled(language) for language in LANGUAGES]
    for one, other in zip(*both, strict=True):
        assert (one.key, one.topic, one.level, one.answer) == (other.key, other.topic, other.level, other.answer)
    assert len(both[0]) >= 26
    assert {question.topic for question in both[0]} == set(TOPICS)
    assert {question.level for question in both[0]} == {1, 2, 3}
    for question in (*both[0], *both[1]):
        assert len(question.choices) == 4
        assert question.explanation
    places = [question.answer for question in both[0]]
    assert max(places.count(place) for place in range(4)) <= len(places) // 4 + 1  # guessing one letter does not pay


def test_a_choice_of_questions_fits_what_was_asked_and_repeats() -> None:
    keys = choose(5, topics=["training"], levels=[1, 2], seed=3)
    by_key = {question.key: question for question in bundled("en")}
    assert len(set(keys)) == len(keys) > 0
    assert all(by_key[key].topic == "training" and by_key[key].level < 3 for key in keys)
    assert keys == choose(5, topics=["training"], levels=[1, 2], seed=3)
    assert len(choose(1000, seed=0)) == len(by_key)


def test_phones_read_a_question_in_their_language_and_own_questions_as_written(school: School) -> None:
    school.ask()
    asked = school.classroom.round(school.live)
    assert asked is not None
    assert shown_in(asked.content, "fr")["text"] != shown_in(asked.content, "en")["text"]
    (own,) = draft_own([Question("Wer?", ("a", "b"), 1)])
    assert shown_in(own.content, "fr")["text"] == "Wer?"
