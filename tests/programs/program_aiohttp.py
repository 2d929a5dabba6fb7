"""An aiohttp application under load: pages, posts, a stream, a WebSocket chat and background tasks.

usage: program_aiohttp.py FOLDER PACKAGES
"""

import asyncio
import collections
import dataclasses
import datetime
import enum
import sys
import time

sys.path.insert(0, sys.argv[2])

import aiohttp
from aiohttp import web

import program

ENOUGH = 2500


class Kind(enum.Enum):
    GET = "get"
    POST = "post"
    OTHER = "other"


@dataclasses.dataclass
class Visit:
    """One request that was answered."""

    kind: Kind
    path: str
    at: datetime.datetime
    seconds: float
    tags: frozenset = frozenset()


class Site:
    """The state of the application."""

    def __init__(self):
        self.visits = []
        self.posts = collections.OrderedDict()
        self.sockets = set()
        self.enough = asyncio.Event()
        self.queue = asyncio.Queue()
        self.never = asyncio.Event()
        self.waiting = 0

    async def front(self, request):
        text = "".join(f"<li>{key}: {len(value)}" for key, value in list(self.posts.items())[:20])
        return web.Response(text=f"<ul>{text}</ul>", content_type="text/html")

    async def page(self, request):
        number = int(request.match_info["number"])
        answers = await asyncio.gather(*(self.part(number, part) for part in range(3)))
        return web.json_response({"number": number, "parts": answers, "query": dict(request.query)})

    async def part(self, number, part):
        await asyncio.sleep(0)
        return {"part": part, "half": number / 2}

    async def post(self, request):
        body = await request.json()
        self.posts[request.headers["X-Request"]] = body
        while len(self.posts) > 2000:
            self.posts.popitem(last=False)
        await self.queue.put(body)
        return web.json_response({"posts": len(self.posts)}, status=201)

    async def stream(self, request):
        response = web.StreamResponse()
        await response.prepare(request)
        for number in range(5):
            await response.write(b"%d\n" % number)
        await response.write_eof()
        return response

    async def slow(self, request):
        """A few requests are there when the process is stopped."""
        if self.waiting < 4:
            self.waiting += 1
            async with request.app["limit"]:
                await self.never.wait()
        raise web.HTTPNotFound(reason="nothing so slow")

    async def chat(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.add(socket)
        try:
            async for message in socket:
                for other in list(self.sockets):
                    await other.send_json({"text": message.data, "length": len(message.data)})
        finally:
            self.sockets.discard(socket)
        return socket

    @web.middleware
    async def watch(self, request, handler):
        begin = time.perf_counter()
        try:
            return await handler(request)
        finally:
            kind = Kind.__members__.get(request.method, Kind.OTHER)
            self.visits.append(Visit(kind, request.path, datetime.datetime.now(datetime.timezone.utc),
                                     time.perf_counter() - begin, frozenset(request.path.split("/"))))
            if len(self.visits) >= ENOUGH:
                self.enough.set()

    async def digest(self, app):
        """A background task of the application."""
        sums = collections.Counter()

        async def run():
            while True:
                body = await self.queue.get()
                sums.update(body["words"])

        tasks = [asyncio.ensure_future(run()) for _ in range(3)]
        yield
        for task in tasks:
            task.cancel()


async def talk(port):
    """A client of the chat, in the same process: both ends of a WebSocket."""
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(f"http://127.0.0.1:{port}/chat") as socket:
            number = 0
            while True:
                number += 1
                await socket.send_str(f"message {number}")
                await socket.receive()
                await asyncio.sleep(0.01)


async def main(folder):
    site = Site()
    app = web.Application(middlewares=[site.watch])
    app["limit"] = asyncio.Semaphore(2)
    app.cleanup_ctx.append(site.digest)
    app.add_routes([web.get("/", site.front), web.get("/page/{number}", site.page), web.post("/post", site.post),
                    web.get("/stream", site.stream), web.get("/slow", site.slow), web.get("/chat", site.chat)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    talks = [asyncio.ensure_future(talk(port)) for _ in range(3)]
    load = program.Load(port, "/", "/page/N?a=1&b=N", "POST:/post", "/stream", "/missing/N", "/slow", threads=10)
    while not site.enough.is_set():
        load.check()
        for task in talks:
            if task.done():
                task.result()
        try:
            await asyncio.wait_for(site.enough.wait(), 5)
        except asyncio.TimeoutError:
            pass
    program.stop(folder)


asyncio.run(main(sys.argv[1]))
