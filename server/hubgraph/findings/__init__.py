"""Overlapping roles: found by the patterns, explained with their evidence, never more than a potential conflict."""
