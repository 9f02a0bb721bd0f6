"""One open project: where it lives, its options and locks, opening it, setting it going, closing it.

Everything that an operation uses hangs on one value here. This room never imports the engine or a face.
"""
