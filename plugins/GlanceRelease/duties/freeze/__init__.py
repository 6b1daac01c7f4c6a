"""Of the guide: "Someone who will be comfortable saying No": what may merge now, on which
branch, until when and why. Read `command` first; `facts` has the states, `services`, `libraries`
and `unbound` their rules."""
