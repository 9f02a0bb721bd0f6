"""Drafts of commit messages and pull requests: the operations, what is known of edits, rules, the prompt."""
