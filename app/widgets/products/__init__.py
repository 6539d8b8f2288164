"""Parts of the page of product pictures."""
