"""What a model computes: embeddings, on this machine.

This room turns texts into numbers and fetches what that needs. It never imports the store, the engine or a face.
"""
