"""What a release is made of: versions, deliverables, proposals, branches, plans, what merged
since. Read `released` first."""
