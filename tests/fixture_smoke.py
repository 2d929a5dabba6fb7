"""A small process whose objects the smoke tests know."""

import fixture


class Known:
    def __init__(self, number):
        self.number = number
        self.text = "smoke"


def main():
    known = {"left": 1234567890123, "right": ["a", "b"], "nested": {"deep": (1, 2)}}
    instances = [Known(number) for number in range(1000, 1123)]
    long_text = "unmistakable " * 1000
    fixture.announce("dict", known)
    fixture.announce("list", known["right"])
    fixture.announce("int", known["left"])
    fixture.announce("instance", instances[7])
    fixture.announce("long text", long_text)
    fixture.announce("class", Known)
    fixture.ready_and_wait()
    return instances


main()
