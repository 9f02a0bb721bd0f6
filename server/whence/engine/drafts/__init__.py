"""Drafts of commit messages and pull requests: the operations, the composition by rules, the prompt."""
