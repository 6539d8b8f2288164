"""Bilingual text encoder: French and English texts to unit vectors, with an account of what was read."""
