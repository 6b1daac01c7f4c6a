"""When a team meets, and what MeetBot's lines say of a meeting that is on. Read `weekly_hour`
first."""
