"""Of the guide: "Report at the weekly meeting": its hour, its agenda, the report with what
changed since the last one, the stated priorities and what was promised. Read `report` first,
then `minutes`."""
