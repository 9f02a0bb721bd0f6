"""Pictures of errors and architectures, read by a model that sees: the operations and the prompt."""
