"""`ridgeway`: one command for each thing an operator does."""

import typer

from service.cli import access, deliver, demo, frameworks, keys, migrate, nightly, numbers, serve, transfer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Talent pipeline and leadership pathways for a system of employers.",
)
serve.add_to(app)
demo.add_to(app)
migrate.add_to(app)
access.add_to(app)
transfer.add_to(app)
numbers.add_to(app)
keys.add_to(app)
frameworks.add_to(app)
nightly.add_to(app)
deliver.add_to(app)
