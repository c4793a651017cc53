"""Models on disk: written whole, opened without trust, published with a card."""
