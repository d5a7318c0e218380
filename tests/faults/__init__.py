"""What goes wrong outside of the program: it is killed, the disk is full, the file is locked or damaged."""
