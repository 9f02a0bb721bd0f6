"""Traces as tools print them, each with what it says: its type, words of its message, and calls in their order.

The programs are made up: a laboratory whose scales weigh what lies on a shelf.
"""

Sample = tuple[str, str, str, list[tuple[str, int]]]
"""The text, the type, a part of the message, and the file (its end) and line of the first calls."""
