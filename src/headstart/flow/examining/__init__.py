"""How findings about a computer are shown."""
