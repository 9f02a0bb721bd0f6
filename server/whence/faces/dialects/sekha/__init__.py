"""Sekha's REST routes, requests and responses, answered from the memory of a project; translated here and only here."""

from whence.faces.dialects.sekha import routes, upkeep
from whence.faces.http.actions import Action

ROUTES: tuple[Action, ...] = (*routes.ACTIONS, *upkeep.ACTIONS)
"""Every route of the dialect."""
