"""A client that forgets to forget: each request leaves a future in a dictionary, and nobody ever takes one out.

Prints its process id and "ready", then waits. The walk-through is in `leaking-client.md`.
"""

import asyncio
import os
import time

REQUESTS = 100_000


class Response:
    def __init__(self, number):
        self.status = 200
        self.body = f"answer to request {number}"


class Client:
    def __init__(self, loop):
        self.loop = loop
        self.pending = {}

    def request(self, number):
        future = self.loop.create_future()
        self.pending[number] = future
        # The mistake: the answer arrives, and the future stays in `pending`.
        future.set_result(Response(number))
        return future


def main():
    loop = asyncio.new_event_loop()
    client = Client(loop)
    for number in range(REQUESTS):
        client.request(number)
    print(os.getpid())
    print("ready", flush=True)
    time.sleep(3600)


if __name__ == "__main__":
    main()
