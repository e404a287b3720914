"""Declarations that were made elsewhere before: in the police's earlier system, on the province's platform.

They are judged as they came, with their provenance, and are not asked for again; at the next sign-in the person confirms them.
"""
