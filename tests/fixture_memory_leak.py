"""A leak with one cause: handlers register with a bus that never forgets them, and each keeps its request's data."""

import fixture


class Bus:
    def __init__(self):
        self.listeners = []


class Request:
    def __init__(self, number):
        self.payload = b"payload %d " % number + b"x" * 2000


class Handler:
    def __init__(self, request):
        self.request = request


def serve(bus, number):
    handler = Handler(Request(number))
    bus.listeners.append(handler)
    return handler


def main():
    bus = Bus()
    for number in range(2000):
        serve(bus, number)
    leaked = bus.listeners[1234]
    fixture.announce("bus", bus)
    fixture.announce("listeners", bus.listeners)
    fixture.announce("handler", leaked)
    fixture.announce("request", leaked.request)
    fixture.announce("payload", leaked.request.payload)
    fixture.announce("handler class", Handler)
    del leaked
    fixture.ready_and_wait()


main()
