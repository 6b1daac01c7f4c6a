"""Of the guide: "Keep an eye on the periodic jobs", the tips jobs above all, to which nobody
else looks: what is wrong since when, who may have broken it, how long the gate is. Read
`command` first, then `facts`."""
