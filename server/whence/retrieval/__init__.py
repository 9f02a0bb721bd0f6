"""What is relevant: passages and their words, ranking, context assembly, the outline that the tree shows.

This room computes on values it is given. It never reads a disk, and never imports the store, the engine or a face.
"""
