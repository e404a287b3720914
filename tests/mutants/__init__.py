"""Errors planted on purpose: would the specimens and the generated towns notice?"""
