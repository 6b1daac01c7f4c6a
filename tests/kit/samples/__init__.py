"""Small upstream files of the project's own writing, laid out as upstream's, for tests that else
need the real ones beside the project. `tree.write(folder)` makes them; `cycles` has what they tell:
facts of three cycles of Glance's, and teams that are nobody's."""
