"""A small shop whose tastes are known: three departments, shoppers who stay in one or two of them."""

import numpy as np
import pandas as pd
import pytest

from core.recommender.interactions import Interactions, from_table
from core.recommender.model import Catalogue
from core.recommender.products import Shop

DEPARTMENTS = ("Hair", "Makeup", "Skin")
WORDS = (("shampoo", "curl", "argan"), ("lipstick", "matte", "ruby"), ("cream", "night", "aloe"))
BRANDS = ("Alma", "Bréva", "Corto", "Dune")
PER_DEPARTMENT = 20
SHOPPERS = 150


def product_id(number: int) -> str:
    return f"P{number:03d}"


@pytest.fixture(scope="session")
def products() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    rows = []
    for number in range(3 * PER_DEPARTMENT):
        shelf = number // PER_DEPARTMENT
        brand = BRANDS[number % 4]
        rows.append(
            {
                "item_id": product_id(number),
                "title": f"{brand} {' '.join(rng.permutation(WORDS[shelf]))} {number}",
                "brand": brand,
                "department": DEPARTMENTS[shelf],
                "subcategories": [WORDS[shelf][number % 3]],
            }
        )
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def interactions(products: pd.DataFrame) -> Interactions:
    rng = np.random.default_rng(2)
    rows = []
    for shopper in range(SHOPPERS):
        home = shopper % 3
        length = int(rng.integers(5, 12))
        own = home * PER_DEPARTMENT + rng.choice(PER_DEPARTMENT, length, replace=False)
        own[0] = rng.integers(0, 3 * PER_DEPARTMENT)
        days = 15_000 + np.sort(rng.integers(0, 400, length))
        rows += [
            {"user_id": f"u{shopper:03d}", "item_id": product_id(item), "timestamp": day * 86_400, "position": place}
            for place, (item, day) in enumerate(zip(dict.fromkeys(own), days, strict=False))
        ]
    return from_table(pd.DataFrame(rows), list(products["item_id"]))


@pytest.fixture(scope="session")
def shop(products: pd.DataFrame, interactions: Interactions) -> Shop:
    return Shop.from_tables(products, interactions.popularity)


@pytest.fixture(scope="session")
def catalogue(shop: Shop) -> Catalogue:
    return shop.catalogue()
