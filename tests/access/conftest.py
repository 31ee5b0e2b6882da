from tests.access.providers import certified_provider, liar_app, mock_provider
from tests.access.world import world

__all__ = ["certified_provider", "liar_app", "mock_provider", "world"]
