"""Near-duplicate memories, proposed for merging and merged on demand: the operations, the rules, the prompt."""
