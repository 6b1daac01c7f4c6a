"""Doors other than Limnoria: the trial room."""
