"""What maintainers run, never the program: the lock of the Python packages and the list of their licences."""
