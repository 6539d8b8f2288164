"""Neighbour matrices of many choices on Spark: histories travel to blocks of rows, blocks come back with the strongest.

Two shuffles: choices to groups of shoppers, histories to blocks. Blocks are cut so that each has about as many pairs to
list, which is what keeps popular products from making one task the slowest.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as sf
from scipy import sparse

from core.recommender.cooccurrence import LONGEST_HISTORY
from core.recommender.interactions import SECONDS_PER_DAY
from core.recommender.neighbours import NeighbourModel
from core.recommender.spark.blocks import Histories, block_rows, boundaries, from_rows, spread
from core.recommender.spark.session import kept

log = logging.getLogger(__name__)

CHOICES_PER_GROUP = 400_000
PAIRS_PER_BLOCK = 16_000_000
_HISTORIES = pa.schema(
    [("block", pa.int32()), *((name, pa.list_(pa.int32())) for name in ("counts", "lengths", "items", "days"))]
)
_ROWS = pa.schema(
    [("method", pa.string()), ("product_key", pa.int32()),
     ("neighbours", pa.list_(pa.int32())), ("weights", pa.list_(pa.float32()))]
)  # fmt: skip
_DDL_HISTORIES = "block int, counts array<int>, lengths array<int>, items array<int>, days array<int>"
_DDL_ROWS = "method string, product_key int, neighbours array<int>, weights array<float>"


@dataclass(frozen=True)
class Size:
    """How the work is divided: choices of a group of shoppers, pairs of a block, longest history that is paired."""

    choices: int = CHOICES_PER_GROUP
    pairs: int = PAIRS_PER_BLOCK
    longest: int = LONGEST_HISTORY


def write_neighbours(
    session: SparkSession,
    facts: DataFrame,
    degrees: NDArray[np.int32],
    methods: Mapping[str, NeighbourModel],
    out: Path,
    size: Size | None = None,
) -> dict[str, int]:
    """Write the matrix of every method to `out` (Parquet: method, product_key, neighbours, weights).

    `facts` is the table fact_interaction, `degrees` (n_items,) the shoppers of each product. Returns how much there was
    to do: "pairs" (ordered, within histories as far as they count), "blocks", "groups".
    """
    size = size or Size()
    groups = -(-int(degrees.sum(dtype=np.int64)) // size.choices)
    with ExitStack() as stack:
        choices = stack.enter_context(kept(_choices(facts, groups, size.longest)))
        paired = sf.sum(sf.least("length", sf.lit(size.longest)) - 1).alias("pairs")
        told = choices.groupBy("product_key").agg(paired).toArrow()
        pairs = np.zeros(len(degrees), dtype=np.int64)
        pairs[told["product_key"].to_numpy()] = told["pairs"].to_numpy()
        blocks = max(2 * session.sparkContext.defaultParallelism, -(-int(pairs.sum()) // size.pairs))
        firsts = boundaries(pairs + 1, blocks)
        log.info("%d pairs in %d blocks, from %d groups of shoppers", pairs.sum(), len(firsts), groups)
        histories = choices.groupBy("group").applyInArrow(_spreading(firsts), _DDL_HISTORIES)
        rows = histories.repartition(len(firsts), "block").groupBy("block")
        rows.applyInArrow(_computing(firsts, degrees, methods), _DDL_ROWS).write.mode("overwrite").parquet(str(out))
    return {"pairs": int(pairs.sum()), "blocks": len(firsts), "groups": groups}


def read_neighbours(out: Path, name: str, n_items: int) -> sparse.csr_matrix:
    """The matrix (n_items, n_items) of one method that `write_neighbours` wrote."""
    found = pq.read_table(out, filters=[("method", "=", name)]).combine_chunks()
    order = np.argsort(found["product_key"].to_numpy())
    found = found.take(pa.array(order))
    lengths = np.zeros(n_items, dtype=np.int64)
    lengths[found["product_key"].to_numpy()] = found["neighbours"].combine_chunks().value_lengths().to_numpy()
    columns, values = (found[each].combine_chunks().flatten().to_numpy() for each in ("neighbours", "weights"))
    return sparse.csr_matrix((values, columns, np.r_[0, np.cumsum(lengths)]), shape=(n_items, n_items))


def recent_popularity(facts: DataFrame, n_items: int, half_life: float) -> NDArray[np.float32]:
    """As `core.recommender.model.recent_popularity`, from the table fact_interaction."""
    day = sf.floor(sf.col("timestamp") / SECONDS_PER_DAY)
    last = facts.agg(sf.max(day)).collect()[0][0]
    worth = sf.sum(sf.pow(sf.lit(0.5), (sf.lit(last) - day) / half_life)).alias("worth")
    told = facts.groupBy("product_key").agg(worth).toArrow()
    found = np.zeros(n_items, dtype=np.float32)
    found[told["product_key"].to_numpy()] = told["worth"].to_numpy()
    return found


def _choices(facts: DataFrame, groups: int, longest: int) -> DataFrame:
    """The choices that count, each with the length of its whole history; a shopper's lie in one partition."""
    history = Window.partitionBy("group", "user_key")
    return (
        facts.withColumn("group", sf.col("user_key") % groups)
        .repartition(groups, "group")
        .withColumn("length", sf.count("*").over(history).cast("int"))
        .filter(sf.col("position") >= sf.col("length") - longest)
        .withColumn("day", sf.floor(sf.col("timestamp") / SECONDS_PER_DAY).cast("int"))
        .select("group", "user_key", "position", "product_key", "day", "length")
    )


def _spreading(firsts: NDArray[np.int64]) -> Callable[[pa.Table], pa.Table]:
    def spreading(choices: pa.Table) -> pa.Table:
        names = ("user_key", "position", "product_key", "day", "length")
        histories = from_rows(*(choices[name].to_numpy() for name in names))
        rows = [
            {"block": block, "counts": part.counts, "lengths": part.lengths, "items": part.items, "days": part.days}
            for block, part in spread(histories, firsts)
        ]
        return pa.Table.from_pylist(rows, schema=_HISTORIES)

    return spreading


def _computing(
    firsts: NDArray[np.int64], degrees: NDArray[np.int32], methods: Mapping[str, NeighbourModel]
) -> Callable[[pa.Table], pa.Table]:
    stops = np.r_[firsts[1:], len(degrees)]

    def computing(parts: pa.Table) -> pa.Table:
        block = parts["block"][0].as_py()
        names = ("counts", "lengths", "items", "days")
        histories = Histories(*(_flat(parts[name]) for name in names))
        first, stop = int(firsts[block]), int(stops[block])
        common = block_rows(histories, first, stop, len(degrees), [method.pair_weight for method in methods.values()])
        return pa.concat_tables(
            _table(name, first, method.weigh(rows, degrees[first:stop], degrees))
            for (name, method), rows in zip(methods.items(), common, strict=True)
        )

    return computing


def _flat(column: pa.ChunkedArray) -> NDArray[np.int32]:
    return np.concatenate([chunk.flatten().to_numpy() for chunk in column.chunks])


def _table(name: str, first: int, rows: sparse.csr_matrix) -> pa.Table:
    """Rows of a block that have neighbours, as _ROWS."""
    filled = np.flatnonzero(np.diff(rows.indptr))
    ends = np.r_[0, rows.indptr[1:][filled]].astype(np.int32)
    columns: Sequence[pa.Array] = [
        pa.array([name] * len(filled), pa.string()),
        pa.array((first + filled).astype(np.int32)),
        pa.ListArray.from_arrays(ends, rows.indices.astype(np.int32)),
        pa.ListArray.from_arrays(ends, rows.data.astype(np.float32)),
    ]
    return pa.Table.from_arrays(columns, schema=_ROWS)
