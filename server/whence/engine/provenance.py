"""Provenance: whence this line?"""

from whence.engine.core import Opened


class Provenance(Opened):
    """Why lines are as they are."""
