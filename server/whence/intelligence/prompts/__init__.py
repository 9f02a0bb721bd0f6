"""The prompts: what language models are asked, and how a good answer looks; a file for each thing they help with."""
