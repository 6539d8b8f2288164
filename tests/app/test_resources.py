"""Models are opened once, by whoever comes first, and a failure is not kept."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from app import newcomers, resources, server
from core.artifacts import ArtifactError
from core.emotion.service import EmotionRecognizer
from core.settings import Settings


class SlowModel:
    """Stands for the network: slow to warm up, and unfit for use before."""

    def __init__(self) -> None:
        self.warm = False

    def warm_up(self) -> None:
        """Take long enough for others to come in."""
        time.sleep(0.2)
        self.warm = True


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    resources.emotion_recognizer.clear()
    yield
    resources.emotion_recognizer.clear()


def test_visitors_who_come_at_once_share_one_warm_model(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[SlowModel] = []

    def load(_folder: object) -> SlowModel:
        opened.append(SlowModel())
        return opened[-1]

    monkeypatch.setattr(EmotionRecognizer, "load", load)
    together = threading.Barrier(4)

    def visit(_number: int) -> tuple[object, bool]:
        together.wait()
        model = resources.emotion_recognizer()
        return model, model.warm

    with ThreadPoolExecutor(4) as visitors:
        received = list(visitors.map(visit, range(4)))
    assert received == [(opened[0], True)] * 4
    assert len(opened) == 1


def test_a_model_that_could_not_be_opened_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: object) -> None:
        raise ArtifactError("The model is missing.")

    monkeypatch.setattr(EmotionRecognizer, "load", fail)
    with pytest.raises(ArtifactError):
        resources.emotion_recognizer()
    repaired = SlowModel()
    monkeypatch.setattr(EmotionRecognizer, "load", lambda _folder: repaired)
    assert resources.emotion_recognizer() is repaired


def test_the_warm_up_opens_every_model_then_freezes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def missing() -> None:
        done.append("missing")
        raise ArtifactError("The model is missing.")

    def broken() -> None:
        done.append("broken")
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(server, "WAIT_FOR_FIRST_PAGE", 0)
    monkeypatch.setattr(server, "LET_IT_PAINT", 0)
    monkeypatch.setattr(server, "LOADERS", (missing, broken, lambda: done.append("good")))
    monkeypatch.setattr(newcomers, "PREPARED", (missing, lambda: done.append("drawn")))
    monkeypatch.setattr(server.gc, "freeze", lambda: done.append("freeze"))
    server._warm_up()
    assert done == ["missing", "broken", "good", "missing", "drawn", "freeze"]


def test_models_may_be_opened_when_they_are_asked_for_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened() -> None:
        pytest.fail("nobody asked for it")

    monkeypatch.setattr(server, "WAIT_FOR_FIRST_PAGE", 0)
    monkeypatch.setattr(server, "LET_IT_PAINT", 0)
    monkeypatch.setattr(server, "LOADERS", (opened,))
    monkeypatch.setattr(server, "settings", lambda: Settings(open_models=False))
    ready: list[bool] = []
    monkeypatch.setattr(server.operations, "models_open", lambda: ready.append(True))
    monkeypatch.setattr(server.gc, "freeze", lambda: None)
    server._warm_up()
    assert ready == [True]
