"""A process with as little memory as an interpreter can have, for dumps of which thousands are made: a few objects of
different types, and no module that the interpreter does not need itself."""

import os


class Known:
    def __init__(self, number):
        self.number = number
        self.text = "known"


def suspended():
    yield Known(1)
    yield Known(2)


def main():
    generator = suspended()
    things = {"dict": {"left": 1234567890123, "nested": {"deep": (1, 2)}}, "list": ["a", "b", [Known(3)]],
              "instance": next(generator), "generator": generator, "class": Known, "function": main,
              "code": main.__code__, "text": "unmistakable " * 100, "bytes": b"bytes" * 50, "set": {1, "two", 3.0},
              "error": ValueError("kept"), "cell": (lambda: things).__closure__[0]}
    for name, thing in things.items():
        os.write(1, b'{"name": "%s", "address": "%016X"}\n' % (name.encode(), id(thing)))
    os.write(1, b"ready\n")
    while os.read(0, 1):
        pass


main()
