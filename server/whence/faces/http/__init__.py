"""REST: routes, the OpenAPI document that describes them, and the server on loopback.

A route converts, calls an operation and converts back; this face never imports another one.
"""
