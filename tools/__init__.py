"""Made once and kept to show where things come from, or run to test the whole; nothing in the app needs them."""
