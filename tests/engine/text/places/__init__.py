"""What a place asks of a fill."""
