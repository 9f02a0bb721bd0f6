"""Git, asked safely: repositories, history, blame, patches, diffs, the text of files.

No other room runs git, and nothing that a repository configures is run here. It never imports the store or a face.
"""
