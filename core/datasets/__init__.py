"""One module per data set: origin, terms, how to get it, prepared form."""
