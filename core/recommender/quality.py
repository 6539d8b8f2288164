"""The data-quality report: what was read and lost, what is missing, how large, dense and recent the data are."""

from typing import Any

import numpy as np
import pandas as pd

from core.recommender.etl import UNKNOWN, Tables

_QUANTILES = (0, 0.25, 0.5, 0.75, 0.9, 0.99, 1)


def describe(tables: Tables) -> dict[str, Any]:
    """Figures of clean tables, ready for JSON; `reading` is the report of extraction and cleaning.

    Shares are 0..1, dates are ISO days in UTC, prices are dollars; what cannot be said of these data is None.
    """
    interactions, products = tables.interactions, tables.products
    users, items = interactions["user_id"].nunique(), len(products)
    rating, time = interactions["rating"], interactions["timestamp"]
    day = time // 86_400
    per_day = interactions.groupby([interactions["user_id"], day]).size()
    return {
        "reading": tables.report,
        "users": users,
        "products": items,
        "interactions": len(interactions),
        "relations": {name: int(count) for name, count in tables.related["relation"].value_counts().items()},
        "density": len(interactions) / (users * items),
        "missing": {"interactions": _missing(interactions), "products": _missing(products)},
        "departments": {name: int(count) for name, count in products["department"].value_counts().items()},
        "repeated_titles": int(products["title"].dropna().duplicated().sum()),
        "rating": {
            "range": _range(rating),
            "mean": None if rating.isna().all() else float(rating.mean()),
            "histogram": {f"{value:g}": int(count) for value, count in rating.value_counts().sort_index().items()},
        },
        "price_range": _range(products["price"]),
        "dates": {
            "first": _date(time.min()),
            "last": _date(time.max()),
            "quantiles": {f"{share:g}": _date(time.quantile(share)) for share in _QUANTILES},
            "day_resolution": bool((time % 86_400 == 0).all()),
        },
        "history_length": _lengths(interactions["user_id"]),
        "interactions_per_product": _lengths(interactions["item_id"]),
        "same_day_share": float(per_day[per_day > 1].sum() / len(interactions)),
    }


def _missing(table: pd.DataFrame) -> dict[str, int]:
    """How many values of each column say nothing: null, an empty list, or "Unknown"."""
    counts = {}
    for name in table:
        column = table[name]
        if name == "subcategories":
            counts[name] = int((column.str.len() == 0).sum())
        elif name == "department":
            counts[name] = int((column == UNKNOWN).sum())
        else:
            counts[name] = int(column.isna().sum())
    return counts


def _range(values: pd.Series) -> list[float] | None:
    return None if values.isna().all() else [float(values.min()), float(values.max())]


def _date(seconds: float) -> str:
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def _lengths(ids: pd.Series) -> dict[str, Any]:
    lengths = ids.value_counts().to_numpy()
    quantiles = {f"{share:g}": float(np.quantile(lengths, share)) for share in _QUANTILES}
    return {"mean": float(lengths.mean()), "quantiles": quantiles}
