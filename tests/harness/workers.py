"""Forked processes that share a long list of work, and never make their parent wait for ever.

A pool of `multiprocessing` hangs in two ways: a worker that the kernel killed takes its work along, unnoticed, and
leaving the pool sends SIGTERM, which a handler of Python's that the worker has inherited only notes: a worker about to
wait for the queue's lock waits all the same. Here a lost worker is an error, and workers end because they are asked to.
"""

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor

from harness.target import die_with_parent


class Workers:
    """`jobs` processes, each a copy of this one; a context manager that ends and joins them on every way out."""

    def __init__(self, jobs, begin):
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _begin_worker, (begin,))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # What runs is run to its end, what waits is not begun.
        self._pool.shutdown(cancel_futures=True)

    def map(self, function, items, chunk=4):
        """The results in order; raises `BrokenProcessPool` if a worker is lost."""
        return self._pool.map(function, items, chunksize=chunk)


def _begin_worker(begin):
    """Run in each worker first: the parent's ways to end are not the worker's."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    die_with_parent()
    begin()
