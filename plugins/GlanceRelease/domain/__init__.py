"""Pure nouns of OpenStack's releases, by what they are about; no clock, no I/O, no network. Read
`model` first, then `snapshot`: the one frozen picture from which everything is answered."""
