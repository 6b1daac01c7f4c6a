"""How Launchpad is asked for a project's bugs, and how its answers become bugs. Read `wanted`
first."""
