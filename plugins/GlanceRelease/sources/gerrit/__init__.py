"""review.opendev.org: proposals, what merged, what follows a release. Read `client` first, then
`team_changes`."""
