"""Values as Markdown and tree rows, for people and for assistants.

A page says what it is given and decides nothing. It never reads a disk, and never imports the store or the engine.
"""
