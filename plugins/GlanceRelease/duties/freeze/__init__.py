"""
"Someone who will be comfortable saying 'No' when colleagues want to sneak just one more thing in
before a deadline" (Glance, release-cpl.rst): what may merge now, on which branch, until when and
why. Read `command` first; `facts` has the states; `services`,
`without_candidates` and `trailing_and_untagged` the rules of each."""
