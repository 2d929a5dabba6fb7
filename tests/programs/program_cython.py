"""What recent Cython code makes, of five packages at once: pandas, aiohttp, grpc, lxml and pyarrow, each at work.

usage: program_cython.py FOLDER PACKAGES
"""

import sys

sys.path.insert(0, sys.argv[2])

import asyncio
import io
import os
import warnings
from concurrent import futures

# It would have its own code run at the fork that the truth is written after.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"

import aiohttp
import grpc
import lxml.etree
import lxml.html
import pandas
import program
import pyarrow
import pyarrow.compute
import pyarrow.parquet
from aiohttp import web

CALLS = 200


class Greeter(grpc.GenericRpcHandler):
    """Answers with what it was sent, at once and as a stream."""

    def service(self, details):
        if details.method.endswith("/Many"):
            return grpc.unary_stream_rpc_method_handler(lambda request, context: iter([request] * 5))
        return grpc.unary_unary_rpc_method_handler(lambda request, context: request[::-1])


def remote_calls():
    """A server and a channel that stay open, with answers."""
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((Greeter(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    one, many = channel.unary_unary("/greeter/One"), channel.unary_stream("/greeter/Many")
    answers = [one(b"call %d" % number, timeout=60) for number in range(CALLS)]
    answers += [list(many(b"stream", timeout=60)) for _ in range(CALLS // 10)]
    return server, channel, one, many, answers


def documents():
    """Trees of XML and HTML, with what holds on to their nodes."""
    tree = lxml.etree.fromstring("<r xmlns:a='urn:a'>" + "<a:item n='1'>text<b/></a:item>" * 500 + "</r>")
    page = lxml.html.fromstring("<ul>" + "<li class=x>one <a href=/y>two</a>" * 100 + "</ul>")
    style = lxml.etree.XSLT(lxml.etree.XML(
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
        "<xsl:template match='/'><n><xsl:value-of select='count(//b)'/></n></xsl:template></xsl:stylesheet>"))
    events = lxml.etree.iterparse(io.BytesIO(lxml.etree.tostring(tree)))
    return (tree, list(tree), list(page.iterlinks()), style, style(tree), tree.xpath("//b"), tree[0].attrib, iter(tree),
            next(events), events, tree.getroottree())


def tables():
    """The same numbers in Arrow's memory and in pandas', one made of the other."""
    frame = pandas.DataFrame({"number": range(2000), "text": [f"text {n % 40}" for n in range(2000)],
                              "kind": pandas.Categorical(["a", "b"] * 1000),
                              "when": pandas.date_range("2024-01-01", periods=2000, freq="min")})
    table = pyarrow.Table.from_pandas(frame)
    file = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(table, file)
    read = pyarrow.parquet.read_table(pyarrow.BufferReader(file.getvalue()))
    sums = pyarrow.compute.sum(table["number"])
    return (frame, frame.groupby("kind", observed=True)["number"].sum(), frame.loc[3:7], table, table.schema, read,
            read.to_pandas(), sums, table["text"].dictionary_encode(), pyarrow.array([[1, 2], None, [3]]),
            list(pyarrow.array([1.5, None])), table.to_batches())


async def pages():
    """A server and a client of HTTP in one loop, at rest."""
    async def answer(request):
        return web.json_response({"path": request.path, "query": dict(request.query)})
    app = web.Application()
    app.add_routes([web.get("/{name}", answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    session = aiohttp.ClientSession()
    texts = []
    for number in range(CALLS):
        async with session.get(f"http://127.0.0.1:{runner.addresses[0][1]}/page?n={number}") as response:
            texts.append((await response.json(), response.headers))
    return runner, site, session, texts


async def main(folder):
    warnings.simplefilter("ignore")
    kept = remote_calls(), documents(), tables(), await pages()
    program.hide("ndarray", program.array_holds)
    program.stop(folder)
    return kept


asyncio.run(main(sys.argv[1]))
