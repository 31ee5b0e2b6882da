"""What the pathways keep."""
