"""The one table from which the flat, the home's description and the map are made."""
