"""Telling whether two pictures are the same to the eye: fingerprints, thresholds, search."""
