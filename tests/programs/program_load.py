"""Asks a server for pages, on several connections, until the process is ended.

usage: program_load.py PORT THREADS PATH...

A path that begins with `POST:` is sent a body. The kernel ends the process when the one that started it is gone.
"""

import ctypes
import http.client
import json
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1


def ask(port, paths, number):
    """One connection after the other, each kept for a round of all paths, until the server is gone."""
    count = 0
    while True:
        try:
            count = one_round(port, paths, number, count)
        except (OSError, http.client.HTTPException):
            return


def one_round(port, paths, number, count):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for path in paths:
        count += 1
        body = json.dumps({"thread": number, "count": count, "words": ["a", "b", str(count)]})
        method, _, place = path.rpartition(":")
        connection.request(method or "GET", place.replace("N", str(count)), body if method == "POST" else None,
                           {"X-Request": f"{number}-{count}", "Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status >= 500:
            sys.stderr.write(f"program_load: {place} answers {response.status}\n")
    connection.close()
    return count


def main():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    port, threads, *paths = sys.argv[1:]
    workers = [threading.Thread(target=ask, args=(int(port), paths, number)) for number in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


main()
