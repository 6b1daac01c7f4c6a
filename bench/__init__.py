"""What it costs, beside its peers; `make bench` runs every module here that has a `main`."""
