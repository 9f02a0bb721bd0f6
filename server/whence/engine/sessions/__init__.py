"""Sessions of work, started, ended, summed up and resumed: the operations and the prompt for a summary."""
