"""The language server: what the editor asks, and what it is asked, over stdin and stdout.

It converts, calls an operation in a thread, and converts back; it never imports another face.
"""
