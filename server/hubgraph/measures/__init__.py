"""Measures of the graph, made at each load: when schools are open and tied, how far the nearest hub is, what hangs on one tie."""
