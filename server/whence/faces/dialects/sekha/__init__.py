"""Sekha's REST routes, requests and responses, answered from the memory of a project; translated here and only here."""

from whence.faces.dialects.sekha import routes, search, tools, upkeep
from whence.faces.http.actions import Action

ROUTES: tuple[Action, ...] = (*routes.ACTIONS, *search.ACTIONS, *upkeep.ACTIONS, *tools.ACTIONS)
"""Every route of the dialect."""
