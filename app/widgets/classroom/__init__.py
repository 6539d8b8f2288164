"""Pieces of the class page."""
