"""What must be fixed before the release, and whether it is on the branch.

"The bug tracker is the best way to determine what items are slated to get in for each particular
milestone or cycle release." (Project Team Guide, release management.) Read `command` first.
"""
