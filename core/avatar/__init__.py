"""Avatars: themed pictures that did not exist, each claimed by one person only."""
