from tests.access.providers import certified_provider, liar_app, mock_provider

__all__ = ["certified_provider", "liar_app", "mock_provider"]
