"""What can be done with a file: upload, check, import, undo, discard; and the way out, an export."""

from service.transfer.actions.checking import check_import
from service.transfer.actions.exporting import EXPORT, export_workforce
from service.transfer.actions.importing import apply_import, undo_import
from service.transfer.actions.uploading import discard_import, map_columns, save_mapping, upload
from service.transfer.steps import IMPORT

__all__ = [
    "EXPORT",
    "IMPORT",
    "apply_import",
    "check_import",
    "discard_import",
    "export_workforce",
    "map_columns",
    "save_mapping",
    "undo_import",
    "upload",
]
