"""What the offers keep."""
