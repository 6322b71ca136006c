"""Saved queries: `.rq` files with a `#+` head, typed parameters, one runner for page, file and command line."""
