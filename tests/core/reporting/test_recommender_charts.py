"""Figures of recommenders say what they should."""

import numpy as np

from core.reporting import charts, recommender_charts


def test_the_map_shows_names_as_text_and_marks_what_matters() -> None:
    places = np.arange(8, dtype=np.float32).reshape(4, 2)
    figure = recommender_charts.catalogue_map(
        places,
        {"Hair": np.array([0, 2]), "Skin": np.array([1, 3])},
        {"recommended": [3], "liked": []},
        lambda row: f"<a href='x'>{row}</a>\nbrand",
    )
    assert [trace.name for trace in figure.data] == ["Hair", "Skin", "recommended"]
    assert figure.data[0].text[1] == "&lt;a href=&#x27;x&#x27;&gt;2&lt;/a&gt;<br>brand"
    assert list(figure.data[2].x) == [6]
    assert len({trace.marker.symbol for trace in figure.data}) == 3


def test_intervals_reach_from_low_to_high() -> None:
    figure = recommender_charts.with_intervals(
        {"best": (0.5, 0.4, 0.7), "floor": (0.2, 0.1, 0.25)}, str, x="figure", chosen="best", floor="floor"
    )
    points = figure.data[0]
    assert np.allclose(np.array(points.x) + points.error_x.array, [0.7, 0.25])
    assert np.allclose(np.array(points.x) - points.error_x.arrayminus, [0.4, 0.1])
    assert list(points.marker.symbol) == ["star", "circle"]


def test_a_study_keeps_the_best_so_far() -> None:
    figure = recommender_charts.study([0.2, 0.1, 0.4, 0.3], x="trial", y="figure", trial="one", best="best")
    assert list(figure.data[1].y) == [0.2, 0.2, 0.4, 0.4]
    assert len(recommender_charts.study([], x="", y="", trial="", best="").data[1].y) == 0


def test_every_curve_of_a_figure_can_be_told_from_the_others() -> None:
    figure = charts.lines({str(number): ([0, 1], [0, 1]) for number in range(20)}, x="", y="")
    assert len({(trace.line.color, trace.line.dash) for trace in figure.data}) == 20
