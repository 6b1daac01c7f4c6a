"""
"Remind people" (Glance, release-cpl.rst): what was due and is not there stays due until it is done,
waived or made pointless. Read `facts` first, then `standing`, then `rule`."""
