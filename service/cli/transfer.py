import typer


def add_to(app: typer.Typer) -> None:
    """Adds this file's commands."""
