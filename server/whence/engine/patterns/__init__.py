"""What is usual in a project, and where it hurts: the operation, the prompt and the page that tells it."""
