"""`ridgeway import` and `ridgeway export`."""

from service.cli.transfer.commands import add_to

__all__ = ["add_to"]
