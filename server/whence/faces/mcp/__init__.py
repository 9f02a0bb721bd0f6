"""MCP over stdio and HTTP: the tools that an assistant calls, with arguments as models write them.

It reads arguments, calls an operation and tells the answer; it never imports another face.
"""
