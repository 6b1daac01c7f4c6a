"""Of the guide: "Propose the releases": what is released, proposed, missing and unreleased, the
draft of a deliverable file, the check of a proposal, and what follows RC1 and the release. Read
`command` first."""
