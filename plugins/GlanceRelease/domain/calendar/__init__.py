"""A cycle's time: its weeks and deadlines, whom they bind, the team's own ones, how a day is typed
and how long before a deadline something is due. Read `cycle` first, then `team_deadlines` and
`team_calendar`."""
