"""``/api/v1``: the modern interface, described by ``docs/openapi.yaml``."""
