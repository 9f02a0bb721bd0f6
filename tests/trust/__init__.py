"""What `docs/trust.md` promises, tried with hostile repositories, memories, files and messages."""
