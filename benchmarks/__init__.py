"""What the project promises about speed, measured by `make bench` (docs/performance.md)."""
