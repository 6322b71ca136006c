"""Where triples are kept and asked: the only ring that knows the engines."""
