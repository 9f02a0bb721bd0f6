"""Sekha's REST routes and shapes, answered from the memory of a project; translated here and nowhere else."""
