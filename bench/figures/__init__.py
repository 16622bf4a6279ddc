"""The figures in the order of the table. To add one: a class with key, name and target in one of these files."""

from bench.figures.assigning import Assigning, Recalling
from bench.figures.exporting import Exporting
from bench.figures.importing import Importing, Resuming
from bench.figures.intake import Acknowledging
from bench.figures.listing import OnTheList
from bench.figures.looking_up import CallerLookup, DuplicateHint
from bench.figures.pages import Pages
from bench.figures.pipeline import Lanes, Pipeline
from bench.figures.starting import Starting

# Those that only read come first, while the copy is as it was built.
FIGURES = [Starting, Pages, DuplicateHint, CallerLookup, Assigning, Recalling, Exporting, Acknowledging, Pipeline,
           Lanes, OnTheList, Importing, Resuming]
