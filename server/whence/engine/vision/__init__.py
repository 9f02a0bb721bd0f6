"""Pictures of errors and architectures, read by a model that sees: the operations, the prompt and the pages."""
