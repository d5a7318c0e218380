"""Pictures of the page and how two of them are compared."""
