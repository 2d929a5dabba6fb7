"""An HTTP server of asyncio streams under load, stopped when it has answered a few thousand requests.

usage: program_asyncio.py FOLDER [PACKAGES]
"""

import asyncio
import collections
import contextvars
import json
import sys
import time

import program

ENOUGH = 3000
REQUEST = contextvars.ContextVar("REQUEST", default=None)


class Server:
    """Keeps what clients post, and answers with it."""

    def __init__(self):
        self.answered = 0
        self.sessions = {}
        self.log = collections.deque(maxlen=5000)
        self.held = []
        self.enough = asyncio.Event()

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                method, path, _ = first.split(" ", 2)
                headers = dict(line.split(": ", 1) for line in lines if line)
                body = await reader.readexactly(int(headers.get("Content-Length", 0)))
                REQUEST.set((method, path))
                answer = await self.answer(method, path, headers, body)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                             % len(answer) + answer)
                await writer.drain()
                self.answered += 1
                if self.answered >= ENOUGH:
                    self.enough.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, method, path, headers, body):
        self.log.append((time.time(), method, path))
        if path == "/slow":
            return await self.slow()
        if method == "POST":
            self.sessions[headers["X-Request"]] = json.loads(body)
            return b"{}"
        parts = await asyncio.gather(self.part(path, 1), self.part(path, 2))
        return json.dumps({"path": path, "parts": parts, "sessions": len(self.sessions)}).encode()

    async def part(self, path, number):
        await asyncio.sleep(0)
        return [path, number, {"half": number / 2}]

    async def slow(self):
        """Some requests wait for one another's ends and are there when the process is stopped."""
        mine = asyncio.get_running_loop().create_future()
        self.held.append(mine)
        if len(self.held) > 8:
            self.held.pop(0).set_result(len(self.held))
        try:
            return b"%d" % await asyncio.wait_for(asyncio.shield(mine), 5)
        except asyncio.TimeoutError:
            return b"late"


async def main(folder):
    server = Server()
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    load = program.Load(port, "/", "POST:/sessions/N", "/page/N", "/page/N", "/slow", threads=12)
    while not server.enough.is_set():
        load.check()
        try:
            await asyncio.wait_for(server.enough.wait(), 5)
        except asyncio.TimeoutError:
            pass
    program.stop(folder)


asyncio.run(main(sys.argv[1]))
