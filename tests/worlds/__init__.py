"""Fictional worlds of people who hold posts, made from recipes that anybody can read, with the truth of who is who.

Nothing is shared with `hubgraph synth`: other names, other laws of frequency, other ways of writing down, so that a model
is not measured on the hand that taught it.
"""
