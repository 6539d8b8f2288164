"""Figures, and later the report, slides and archive, made from what `evaluate` measured."""
