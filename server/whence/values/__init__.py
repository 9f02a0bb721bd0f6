"""What crosses a boundary, and nothing else: memories, the protocol, reports, settings, errors, operations.

Values are frozen and say what they mean; nothing here reads a disk, starts a program or knows a room.
"""
