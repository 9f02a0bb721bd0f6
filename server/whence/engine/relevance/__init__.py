"""Relevance scored by the small model over what a search found: the operation, prompt, page and kept scores."""
