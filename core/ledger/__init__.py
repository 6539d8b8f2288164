"""Who owns which avatar, and who paid what: credits, claims, certificates."""
