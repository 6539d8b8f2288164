"""Figures of the stored recommender, from the reviews: what `evaluate` prints and stores."""

import json
import logging
import time
from pathlib import Path
from typing import Any

import numpy as np

from core import artifacts
from core.errors import N_, UserError
from core.recommender import evaluation, projection
from core.recommender.card import model_card
from core.recommender.evaluation import Split
from core.recommender.interactions import Interactions
from core.recommender.latent import ContentLSA
from core.recommender.methods import FLOOR, METHODS
from core.recommender.model import Catalogue
from core.recommender.products import Shop
from core.recommender.service import Recommender
from core.recommender.training import PROTOCOLS, load, parameters_of
from core.settings import Settings

log = logging.getLogger(__name__)
REQUESTS = 50


def measure(settings: Settings) -> dict[str, Any]:
    """Every method on both protocols with the studies' parameters, dimensions, segments, and the time of a request.

    The method is chosen by validation NDCG@10; each test part is used for this report only.
    """
    folder = settings.models / "recommender"
    service = Recommender.load(folder)
    studies = json.loads((folder / "studies.json").read_text(encoding="utf-8"))
    _, shop, interactions = load(settings)
    segments = service.manifest.parameters["methods"]["popular_segment"]
    if list(shop.place) != list(service.shop.place):
        raise UserError(N_("The stored model was fitted on other products than these reviews hold: train it again."))
    catalogue = shop.catalogue()
    result: dict[str, Any] = {"k": evaluation.K, "floor": FLOOR}
    for protocol in PROTOCOLS:
        log.info("measuring: %s", protocol)
        part = evaluation.split(interactions, protocol, "test")
        validation = {name: row["ndcg"] for name, row in studies[protocol].items()}
        result[protocol] = {
            "shoppers": len(part.users),
            "choices": len(part.truth),
            "validation_ndcg": validation,
            "chosen": max(validation, key=validation.__getitem__),
            "methods": _all_methods(part, catalogue, parameters_of(studies, protocol) | {"popular_segment": segments}),
        }
    recency = studies["date"]["content"]["parameters"]["recency"]
    result["dimensions"] = dimensions(shop, interactions, recency)
    result["request_milliseconds"] = request_time(service)
    return result


def dimensions(shop: Shop, interactions: Interactions, recency: float) -> dict[str, Any]:
    """What reducing dimensions costs and brings: for recommending (on validation data), and for telling departments."""
    catalogue = shop.catalogue()
    part = evaluation.split(interactions, "date", "validation")
    return {
        "content_lsa": projection.lsa_dimensions(part, catalogue, recency),
        "departments": projection.reductions(projection.name_embedding(shop), catalogue.departments),
    }


def _all_methods(part: Split, catalogue: Catalogue, parameters: dict[str, dict[str, Any]]) -> dict[str, Any]:
    judge = ContentLSA().fit(part.train, catalogue).embedding_  # one judge of diversity for all lists
    rows = {}
    for name, make in METHODS.items():
        log.info("  %s", name)
        rows[name] = evaluation.measure(make(**parameters[name]), part, catalogue, judge)
    return rows


def request_time(service: Recommender) -> dict[str, float]:
    """Milliseconds of one request, with reasons, for the sample shoppers: median and 95th percentile."""
    shoppers = service.record["shoppers"]
    service.warm_up()
    times = []
    for number in range(REQUESTS):
        started = time.perf_counter()
        service.recommend(shoppers[number % len(shoppers)]["liked"], 10, diversity=0.3)
        times.append(1000 * (time.perf_counter() - started))
    return {"median": float(np.median(times)), "percentile_95": float(np.percentile(times, 95))}


def write_metrics(folder: Path, result: dict[str, Any]) -> None:
    """Store the figures beside the model, and write its card from them."""
    artifacts.write_metrics(folder, result, model_card)
