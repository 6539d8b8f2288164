"""Reviews beyond one machine: preparation and neighbour matrices on Apache Spark, the same results as without.

The raw files are read by the same code as on one machine, a part of a file to each task; joins, order and keys are
Spark's; a block of the product-by-product matrix is computed by the same code as the whole on one machine. `pyspark`
and Java are needed here only (`pip install --group spark`). Every worker must see the raw and the prepared folder
under the same path.
"""
