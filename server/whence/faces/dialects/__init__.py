"""Dialects of other products' interfaces, so that programs written for those run here. Nothing else knows them.

Each is a thin face: it translates names and shapes, and calls the operations.
"""
