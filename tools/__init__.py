"""Made once, kept to show where things come from; nothing in the app needs them."""
