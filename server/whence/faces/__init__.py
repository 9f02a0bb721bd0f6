"""The doors: language server, command line, MCP, REST, Python, and the dialects of other products.

Each converts, calls an operation, and converts back. A face never imports another one, and decides nothing.
"""
