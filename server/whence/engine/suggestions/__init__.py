"""Importance and labels, suggested and applied on approval: the operations, the prompt and the page."""
