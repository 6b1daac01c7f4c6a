"""Pure behaviour, one file a duty of the release liaison."""
