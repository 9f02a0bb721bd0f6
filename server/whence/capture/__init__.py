"""The work tree as the user works: watching, coalescing of saves, movements of git, ignore rules.

This room turns what happens to files into values. It never imports the store, the engine or a face.
"""
