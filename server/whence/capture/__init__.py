"""What happened: diffs, git, redaction, ignore rules, coalescing of saves, watching of files.

This room turns files and commits into values. It never imports the store, the engine, a face or another room.
"""
