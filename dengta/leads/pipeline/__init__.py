"""The machine that turns messages into leads: a batch at a time, with a fixed number of statements.

    read_house → clean → identify → place → score → give → write

It lies below the verbs (which run it for a single lead entered by hand) and gets the tables handed in. Nothing else
creates leads. See docs/decisions/0030.
"""
