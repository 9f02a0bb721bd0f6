"""All that runs on a thread of its own: recorder, writer, indexer, code index, decision files, autosave.

What is noticed is written here by one writer, in order. This room never imports the engine or a face.
"""
