from .bins import Bins as Bins, Kind as Kind, evenly as evenly
