"""Restyling: an emoji redrawn in the drawing style of another set, learned from the same emoji in both styles."""
