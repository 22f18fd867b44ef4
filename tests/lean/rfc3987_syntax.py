"""Not there, for the servers of tests: the real one builds a grammar as soon as it is imported,
which is half of what a server's start takes. `jsonschema` imports it where it can, to look at
values of the formats `iri` and `iri-reference`, and no schema of an event has any.
"""

raise ImportError(__doc__)
