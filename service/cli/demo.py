import typer


def add_to(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo() -> None:
    """A working system with made-up people, on this machine only."""
