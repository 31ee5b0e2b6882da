"""What of this room is sealed, and what each is bound to: nothing can be opened in the place of something else."""

from service.kit.vault import Sealing

NOTES = Sealing("private_notes", ("person_id", "conversation_id", "party_id", "purpose"))
DRAFTS = Sealing("drafts", ("author_id", "id"))
