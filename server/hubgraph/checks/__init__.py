"""Shapes in, findings about data out: compiled to SELECTs for a store, pySHACL as the reference."""
