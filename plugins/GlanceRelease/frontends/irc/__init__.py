"""All that knows IRC and Limnoria: what is said and its receipt, who is there and who somebody
is, which commands are everybody's, in which order lines leave. Read `delivery` first, then
`membership`."""
