"""One module per upstream: how it is asked, and how its bytes become a model."""
