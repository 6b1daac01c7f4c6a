"""The raw files of openstack/releases and openstack/governance on opendev.org: schedules,
deliverables, series, people. Read `client` first, then `schedule`."""
