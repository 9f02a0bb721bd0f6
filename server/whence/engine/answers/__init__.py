"""Questions put to memory: the operations, the prompt, and the answer that is quoted where no model is asked."""
