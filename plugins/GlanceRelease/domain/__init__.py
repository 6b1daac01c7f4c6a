"""Pure nouns: what a release is made of."""
