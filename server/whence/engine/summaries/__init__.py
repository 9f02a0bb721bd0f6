"""Summaries of days, weeks and months, each made from what it holds: the operation and the prompt."""
