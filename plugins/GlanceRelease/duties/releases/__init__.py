"""
"Proposing the release in a timely and correct fashion on the day you stated" (Glance,
release-cpl.rst): what is released, proposed, missing and unreleased, the draft of a deliverable
file, the check of a proposal, what follows RC1 and the release. Read `command` first."""
