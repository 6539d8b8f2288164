"""Product pictures from descriptions."""
