"""The doors: language server, command line, MCP, REST, Python. Each converts, calls the engine, and converts back.

A face never imports a room or another face, and decides nothing about ranking, storage or diffs.
"""
