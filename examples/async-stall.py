"""A walk over a graph that never ends: every node is a task that waits for the tasks of its children, and the graph
has a cycle, so three of the tasks wait for one another.

Prints its process id and "ready" when nothing moves any more, then waits.
"""

import asyncio
import json
import os

CHILDREN = {
    "root": ["left", "right"],
    "left": ["leaf"],
    "right": ["a"],
    "a": ["b"],
    "b": ["c"],
    "c": ["a"],  # the mistake: back to where we came from
    "leaf": [],
}


class Walk:
    def __init__(self):
        self.tasks = {}

    def task(self, node):
        """One task for each node, however many parents ask for it."""
        if node not in self.tasks:
            self.tasks[node] = asyncio.create_task(self.visit(node), name=f"visit {node}")
        return self.tasks[node]

    async def visit(self, node):
        children = [self.task(child) for child in CHILDREN[node]]
        results = await asyncio.gather(*children)
        return 1 + sum(results)


def report(walk):
    unfinished = [task for task in walk.tasks.values() if not task.done()]
    # One more task for `main`; every unfinished node waits for a future made by `gather`.
    facts = {"name": "walk", "tasks": len(walk.tasks) + 1, "gathering": len(unfinished)}
    print(json.dumps(facts))
    print("process", os.getpid())
    print("ready", flush=True)


async def main():
    walk = Walk()
    asyncio.get_running_loop().call_later(0.5, report, walk)
    print("nodes visited:", await walk.task("root"))


asyncio.run(main())
