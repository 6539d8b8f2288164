"""Parts of the page of campaign emoji."""
