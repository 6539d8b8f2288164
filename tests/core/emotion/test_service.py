"""The recogniser's promises, kept by any network in an artifact folder: a small untrained one and the shipped one."""

from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from core import artifacts
from core.datasets.fer2013 import CLASSES_WITH_CONTEMPT
from core.emotion.network import ResidualConfig, build_network
from core.emotion.service import EmotionRecognizer
from core.images import decode
from core.settings import settings

SHIPPED = settings().models / "emotion"
SAMPLES = Path(__file__).parents[3] / "app" / "assets" / "samples"


def portrait() -> np.ndarray:
    return decode((SAMPLES / "astronaut.jpg").read_bytes())


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "emotion"
    with artifacts.replacing(folder) as draft:
        artifacts.save_keras(
            build_network(ResidualConfig(width=8, blocks=(1, 1, 1))), draft / "network.keras", half=True
        )
        artifacts.write_manifest(
            draft,
            name="emotion",
            data=[],
            parameters={"temperature": 1.5, "unsure_below": 0.4},
            metrics={"accuracy": 0.1},
            credits=[],
        )
    return folder


@pytest.fixture(scope="module", params=["small", "shipped"])
def recognizer(request: pytest.FixtureRequest) -> EmotionRecognizer:
    folder = request.getfixturevalue("small") if request.param == "small" else SHIPPED
    return EmotionRecognizer.load(folder)


def test_every_face_has_eight_scores_that_sum_to_one(recognizer: EmotionRecognizer) -> None:
    faces = recognizer.recognize(portrait())
    assert len(faces) >= 1
    for face in faces:
        assert tuple(face.scores) == CLASSES_WITH_CONTEMPT
        assert sum(face.scores.values()) == pytest.approx(1)
        assert face.label == face.ranked()[0][0]
        assert face.unsure == (face.confidence < recognizer.threshold)


def test_a_mirror_image_gets_the_same_scores(recognizer: EmotionRecognizer) -> None:
    cuts = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)
    np.testing.assert_allclose(recognizer.scores(cuts), recognizer.scores(cuts[:, :, ::-1]), atol=1e-5)


def test_scores_do_not_depend_on_the_company(recognizer: EmotionRecognizer) -> None:
    cuts = np.random.default_rng(1).integers(0, 256, (5, 48, 48), dtype=np.uint8)
    together = recognizer.scores(cuts)
    alone = np.concatenate([recognizer.scores(cut[None]) for cut in cuts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_heat_map_lies_between_nought_and_one_for_every_expression(recognizer: EmotionRecognizer) -> None:
    face = recognizer.recognize(portrait(), whole_picture=True)[0]
    for label in CLASSES_WITH_CONTEMPT:
        heat = recognizer.heat_map(face, label)
        assert heat.shape == (48, 48)
        assert 0 <= heat.min() <= heat.max() <= 1


def test_nothing_found_is_an_empty_answer_but_a_small_cut_out_is_read(recognizer: EmotionRecognizer) -> None:
    assert recognizer.recognize(np.full((300, 400, 3), 128, np.uint8)) == []
    small_cut = recognizer.recognize(np.full((48, 48, 3), 128, np.uint8))
    assert [face.box.source for face in small_cut] == ["whole"]


def test_whole_picture_reads_the_central_square(recognizer: EmotionRecognizer) -> None:
    box = recognizer.recognize(np.full((300, 400, 3), 128, np.uint8), whole_picture=True)[0].box
    assert (box.x, box.y, box.width, box.height) == (50, 0, 300, 300)


def test_visitors_at_the_same_time_get_their_own_answers(recognizer: EmotionRecognizer) -> None:
    recognizer.warm_up()
    cuts = np.random.default_rng(2).integers(0, 256, (8, 48, 48), dtype=np.uint8)
    expected = [recognizer.scores(cut[None]) for cut in cuts]
    answers: list[np.ndarray | None] = [None] * 8

    def ask(place: int) -> None:
        answers[place] = recognizer.scores(cuts[place][None])

    threads = [Thread(target=ask, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for got, wanted in zip(answers, expected, strict=True):
        np.testing.assert_allclose(got, wanted, atol=1e-6)


def test_a_missing_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(artifacts.ArtifactError, match="train emotion"):
        EmotionRecognizer.load(tmp_path / "emotion")


def test_the_shipped_network_is_small_and_knows_a_smile() -> None:
    assert (SHIPPED / "network.keras").stat().st_size <= 16e6
    smile = EmotionRecognizer.load(SHIPPED).recognize(portrait())[0]
    assert smile.label == "happy"
