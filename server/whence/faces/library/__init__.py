"""Python: `Whence` for scripts, and `Engine`, which has every operation of an open project as a method.

It names and types what the engine offers, and adds nothing to it.
"""
