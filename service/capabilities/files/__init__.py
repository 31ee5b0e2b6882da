"""Frameworks and role profiles as CSV files: what they must look like, and what to put right where they do not."""
