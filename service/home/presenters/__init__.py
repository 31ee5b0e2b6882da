"""The words of the front doors."""
