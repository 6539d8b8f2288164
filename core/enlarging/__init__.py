"""Enlarging pictures, as every page and capability does it: filters, and the networks that `core/superres` trains."""
