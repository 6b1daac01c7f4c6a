"""What the tests stand on. A test imports the package and this kit, and no other test; both are
found by setup.cfg (`pythonpath = tests`, so `from kit.irc.bot import Bot`), a test's file by its
path alone, so that two folders may have files of one name.

Time: `GlanceRelease.clock.SteppedClock` stands until a test steps it; there is no other clock.
`delivery.Delivery` is the bot's way out, doubled: what was heard, and faults at will.
`upstream.server.Upstream` is opendev, Launchpad and whoever else on loopback; `upstream.gerrit` and
`upstream.zuul` are what Gerrit and Zuul answer on top of it, `upstream.nights` months of builds;
`upstream.raw_bytes` says bytes that no server should.
`samples` are small upstream files of our own, for where the real ones are absent.

A bot, from the small to the whole:
`outbox.OutboxBot`: the outbox over a store, and notices for it.
`channel.Channel`: the rules, commands and outbox of a team in its channel; `life.Life` is one whose
upstream changes its schedule.
`bot_in_process.BotInProcess`: the whole application on a folder; `store_away.BotWithLog` is one
whose store fails, and what it logs.
`irc.bot.Bot`: the real process, Limnoria and all, on a real server.

IRC: `irc.person.Person` is anybody in a channel; `irc.servers` and `irc.services` are the networks,
`irc.wire` the wire to them, `irc.meeting` a meeting with MeetBot, `irc.storm` months of bad luck,
`irc.shipped_lines` the configuration that ships, `irc.fixtures` what a test asks for by name.

Facts: `glance_facts` has a team two cycles from the box, `page_facts` the same as a page sees it,
`release_cases` deliverable files by rule, `release_history` all real ones, one proposal at a time.

The machine: `postgres`, `small_disk`, `unprivileged` (whom a file's mode stops), `browser`,
`limnoria_callers` (what lets Limnoria run below pytest-xdist).
"""
