"""What is reported of a team at one instant, and what its page shows, as values. Read
`meeting_report` first."""
