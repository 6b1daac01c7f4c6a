"""
"Part of your job is to report on the status of the periodic jobs at the weekly glance meeting"
(Glance, release-cpl.rst): its hour, its agenda, the report with what changed since the last one,
the stated priorities, what was promised. Read `report` first, then `session`."""
