"""What is relevant: queries and words, passages, ranking, near-duplicates, context blocks.

This room computes on values it is given. It never reads a disk, and never imports the store, the engine or a face.
"""
