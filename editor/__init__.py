"""The editor: the page, its service and its HTTP routes. The only package that speaks to both engine and storage."""
