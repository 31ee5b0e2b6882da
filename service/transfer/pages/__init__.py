"""Importing on pages: give a file, see what it would do, import it, undo it. Every step works without JavaScript."""

from litestar.types import ControllerRouterHandler

from service.transfer.pages import columns, files, importing

routes: list[ControllerRouterHandler] = [*importing.routes, *columns.routes, *files.routes]
