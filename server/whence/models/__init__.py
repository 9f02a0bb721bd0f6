"""What a model computes: embeddings and answers, what they cost, and what may leave the machine for them.

This room asks models that it is told to ask. It never imports the store, the engine or a face.
"""
