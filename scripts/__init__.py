"""What the Makefile calls: tests, and what prepares the surroundings."""
