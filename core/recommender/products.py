"""The shop's catalogue as the model keeps it: products in a fixed order, and the text each is read by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.recommender.model import Catalogue

COLUMNS = ("item_id", "title", "brand", "department", "subcategories", "popularity")


@dataclass(frozen=True)
class Product:
    """One product; `place` is its row in every matrix."""

    place: int
    id: str
    title: str
    brand: str
    department: str
    subcategories: tuple[str, ...]
    popularity: int


class Shop:
    """All products; rows of `table` (COLUMNS, and coordinates on maps) in the order of the matrices."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table.reset_index(drop=True)
        self.departments: list[str] = sorted(self.table["department"].unique())
        self.place = {str(item): row for row, item in enumerate(self.table["item_id"])}
        self.products = [
            Product(row, str(item), title or str(item), brand, department, tuple(subcategories), int(popularity))
            for row, (item, title, brand, department, subcategories, popularity) in enumerate(
                self.table[list(COLUMNS)].itertuples(index=False)
            )
        ]
        self.popularity = self.table["popularity"].to_numpy()
        self.in_department = {name: (self.table["department"] == name).to_numpy() for name in self.departments}

    def __len__(self) -> int:
        return len(self.products)

    @classmethod
    def from_tables(cls, products: pd.DataFrame, popularity: NDArray[np.int64]) -> "Shop":
        """From the prepared products table, with the number of shoppers of each."""
        table = products[["item_id", "title", "brand", "department", "subcategories"]].copy()
        for column in ("title", "brand"):
            table[column] = table[column].fillna("").astype(str)
        table["subcategories"] = [list(names) for names in table["subcategories"]]
        table["popularity"] = popularity
        return cls(table)

    @classmethod
    def read(cls, path: Path) -> "Shop":
        """From the Parquet file that `write` made."""
        return cls(pd.read_parquet(path))

    def write(self, path: Path) -> None:
        """To a Parquet file."""
        self.table.to_parquet(path, compression="zstd", index=False)

    def catalogue(self) -> Catalogue:
        """What methods read."""
        shelf = {name: number for number, name in enumerate(self.departments)}
        return Catalogue(
            [document(product) for product in self.products],
            np.array([shelf[product.department] for product in self.products], dtype=np.int32),
            len(self.departments),
        )


def document(product: Product) -> str:
    """The text a product is read by; brand and categories also count as one word each."""
    marks = [f"brand_{_joined(product.brand)}"] if product.brand else []
    marks += [f"category_{_joined(name)}" for name in product.subcategories]
    return " ".join((product.title, product.brand, product.department, *product.subcategories, *marks))


def plain_name(product: Product) -> str:
    """Title and brand only: what maps and the question "is the department in the words?" may read without cheating."""
    return f"{product.title} {product.brand}"


def _joined(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)
