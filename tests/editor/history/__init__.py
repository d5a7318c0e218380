"""What is asked of a history."""
