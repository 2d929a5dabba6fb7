"""Programs that others wrote, and numpy: not one of the five tiers, because it takes long and needs the network once."""

import numpy_arrays
import peers
import programs


def run(context):
    programs.run(context)
    numpy_arrays.run(context)
    peers.run_profilers(context)
