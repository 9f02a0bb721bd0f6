"""Errors that recur, and what solved others like them: the operations, cases, groups, prompt and page."""
