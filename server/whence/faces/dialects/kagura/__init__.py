"""Kagura Coding Memory's `coding_*` tools, answered from the memory of a project; translated here alone."""
