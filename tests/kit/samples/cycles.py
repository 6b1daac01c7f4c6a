"""What the samples tell: the cycles, their days, what Glance released in them and when."""

from __future__ import annotations

SERIES = {  # the newest first: release-id, status, initial release, the next phase and its day
    "indri": ("2027.1", "future", "2027-03-24", "development", "2026-10-01"),
    "hibiscus": ("2026.2", "development", "2026-09-30", "maintained", "2026-09-30"),
    "gazpacho": ("2026.1", "maintained", "2026-04-01", "unmaintained", "2027-10-27"),
    "flamingo": ("2025.2", "maintained", "2025-10-01", "end of life", "2027-04-28"),
    "epoxy": ("2025.1", "maintained", "2025-04-02", "unmaintained", "2026-10-02"),
    "stein": ("", "end of life", "2019-04-10", "", ""),
    "rocky": ("", "end of life", "2018-08-30", "", ""),
}

# The Monday of the first named week, its number, and the Monday of the release's week.
WEEKS = {
    "gazpacho": ("2025-10-06", 25),
    "hibiscus": ("2026-04-06", 25),
    "indri": ("2026-10-05", 24),
}

# What every cycle has, by the weeks before its release: id, title, what its prose says of its day.
DEADLINES = (
    ("1", "{name}-1 milestone", "{day} is the {name}-1 milestone."),
    ("2", "{name}-2 milestone", "{day} is the {name}-2 milestone."),
    ("mf", "Membership Freeze", "Who joins after this week is not of the release."),
    ("extra-acs", "Extra-AC freeze", "Teams list who has no change in Gerrit before it."),
    ("final-lib", "Final release for non-client libraries", "They release in this week."),
    ("3", "{name}-3 milestone", "{day} is the {name}-3 milestone."),
    ("ff", "Feature freeze", "No feature is merged from here on."),
    ("final-clientlib", "Final release for client libraries", "They release in this week."),
    ("soft-sf", "Soft StringFreeze", "Strings change only where they must."),
    ("rf", "Requirements freeze", "Only what is critical may be raised."),
    ("cycle-highlights", "Cycle Highlights", "They are written by the end of the week."),
    ("rc1", "RC1 target week", "The first candidates are cut in this week."),
    ("hard-sf", "Hard StringFreeze", "No string changes any more."),
    ("finalrc", "Final RCs and intermediary releases", "The last candidates are cut."),
    ("final", "{id} {name} release", "The release is on {day}."),
)
# In which week each of them is, as R-n, in the order above.
PLACES = {
    "gazpacho": (20, 12, 12, 7, 6, 5, 5, 5, 5, 5, 4, 3, 3, 1, 0),
    "hibiscus": (20, 13, 13, 7, 6, 5, 5, 5, 5, 5, 4, 3, 3, 1, 0),
    "indri": (18, 10, 10, 7, 6, 5, 5, 5, 5, 5, 4, 3, 3, 1, 0),
}

# Series: deliverable: version, commit, diff-start; then the branch and the version it is cut from.
GLANCE = {
    "hibiscus": (("33.0.0.0b2", "9c79d46d1f58a541807d5a987c03ce6d296cf4fc", ""),),
    "gazpacho": (
        ("32.0.0.0b2", "01ead31b80b2973b2b196aad2fcde0a3947287d6", ""),
        ("32.0.0.0rc1", "011776ae9f3aba04dce7b6b3ad24004f5406b82a", ""),
        ("32.0.0.0rc2", "07dd0a203b6883efa66486035c436b92c83da0f3", ""),
        ("32.0.0", "07dd0a203b6883efa66486035c436b92c83da0f3", "31.0.0"),
    ),
    "flamingo": (
        ("31.0.0.0rc1", "309e9356a67c5604bc7e5773bf11cd64d1c1379f", ""),
        ("31.0.0", "309e9356a67c5604bc7e5773bf11cd64d1c1379f", "30.0.0"),
    ),
    "epoxy": (("30.0.0.0rc1", "e" * 40, ""), ("30.0.0", "e" * 40, "29.0.0")),
}
STORE = {
    "hibiscus": (
        ("5.5.0", "5e561642d138edf9a30da8544b3d8b7dcab96b7f", ""),
        ("5.6.0", "149c15978b374b837e3ce28a06d7da0f1fb6bf79", ""),
    ),
    "gazpacho": (
        ("5.3.0", "b7ae02bcc02aa96f7c51b034d4f2caaba315dbf2", ""),
        ("5.4.0", "032d273acc57f9010123f184cb112979f37391a5", ""),
    ),
}
CLIENT = {
    "hibiscus": (("4.12.0", "0b06bb41ca9e24bf52ffb7c7a383b523208a106a", ""),),
    "gazpacho": (("4.11.0", "b9e5198f0d67e5df149b2b5141c34577da1014d0", ""),),
}

# How Glance's releases were proposed and merged; gazpacho's 31.0.0.0b2 was a fault and is in no
# file any more, flamingo's RC1 came without its branch.
HISTORY = (
    ("flamingo", "glance", "31.0.0.0rc1", "2025-09-09T14:10:15", "2025-09-15T09:52:46", ()),
    ("flamingo", "glance", "31.0.0", "2025-09-29T08:35:45", "2025-10-01T10:32:44", ()),
    ("gazpacho", "glance", "31.0.0.0b2", "2026-01-07T21:34:14", "2026-01-08T13:20:46", ()),
    ("gazpacho", "glance", "32.0.0.0b2", "2026-02-06T14:30:15", "2026-02-12T14:38:33", ()),
    ("gazpacho", "glance", "32.0.0.0rc1", "2026-03-09T12:05:03", "2026-03-13T20:14:25",
     ("stable/2026.1",)),
    ("gazpacho", "glance", "32.0.0.0rc2", "2026-03-21T12:31:00", "2026-03-23T20:26:16", ()),
    ("gazpacho", "glance", "32.0.0", "2026-03-27T15:00:14", "2026-04-01T10:24:56", ()),
    ("gazpacho", "glance-store", "5.3.0", "2025-12-03T14:19:58", "2025-12-10T10:08:51", ()),
    ("gazpacho", "glance-store", "5.4.0", "2026-02-18T16:50:18", "2026-02-18T16:55:53", ()),
    ("gazpacho", "python-glanceclient", "4.11.0", "2026-02-23T13:54:44", "2026-02-27T15:20:27", ()),
    ("hibiscus", "glance", "33.0.0.0b2", "2026-07-03T20:14:44", "2026-07-09T12:01:14", ()),
    ("hibiscus", "glance-store", "5.5.0", "2026-05-19T13:36:13", "2026-05-22T12:31:02", ()),
    ("hibiscus", "glance-store", "5.6.0", "2026-06-29T10:55:25", "2026-07-01T08:50:50", ()),
    ("hibiscus", "python-glanceclient", "4.12.0", "2026-05-11T09:27:59", "2026-05-19T09:21:42", ()),
)  # fmt: skip
