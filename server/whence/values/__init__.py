"""What crosses a boundary: memories, the protocol, reports, settings, errors, operations; and the clock that all share.

Values are frozen and say what they mean; nothing here reads a disk, starts a program or knows a room.
"""
