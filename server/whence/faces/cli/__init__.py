"""The command line: a command for every operation, and the commands that start the servers.

It parses words, calls an operation and prints; it never imports a room behind the engine.
"""
