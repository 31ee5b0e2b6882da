"""What the capability frameworks keep."""
