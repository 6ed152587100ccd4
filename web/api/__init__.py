"""The read API below `/api/v1`, described by OpenAPI 3.1; nothing can be changed through it."""
