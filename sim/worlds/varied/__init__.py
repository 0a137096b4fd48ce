"""Scenes that vary: other instances of household things, other people, and phrases about them."""
