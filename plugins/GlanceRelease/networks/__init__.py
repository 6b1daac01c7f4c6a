"""The chat networks as far as names go: what a place and a person are called in each, and which
names mean the same one. Read `forms` first; a network is a module, and a row of `known`."""
