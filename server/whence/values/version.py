"""The version of this package, which a test holds to that of `pyproject.toml`."""

VERSION = "0.1.0"
