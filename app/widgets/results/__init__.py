"""The page of results: blocks of the report on a page, and what can be downloaded."""
