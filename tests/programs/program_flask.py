"""A small shop of Flask under load, stopped while several requests are half done.

usage: program_flask.py FOLDER PACKAGES
"""

import collections
import logging
import logging.handlers
import sqlite3
import sys
import threading
import time
import uuid

sys.path.insert(0, sys.argv[2])

import flask
import program
from flask.views import MethodView
from werkzeug.serving import make_server

ENOUGH = 2500
PAGE = """
{% macro line(thing) %}<li class="{{ loop_class|default('plain') }}">
{{ thing.name|title }}: {{ '%.2f'|format(thing.price) }}</li>{% endmacro %}
<title>{% block title %}{{ title }}{% endblock %}</title>
<ul>{% for thing in things %}{{ line(thing) }}{% else %}<li>nothing{% endfor %}</ul>
<p>{{ get_flashed_messages()|join(', ') }} {{ session.get('seen', [])|length }} {{ url_for('shop.thing', number=1) }}
"""


class Shop:
    """What the application holds: a database, a cache, what was sold, and requests that wait."""

    def __init__(self):
        self.answered = 0
        self.enough = threading.Event()
        self.lock = threading.Lock()
        self.cache = collections.OrderedDict()
        self.sold = collections.defaultdict(collections.Counter)
        self.orders = []
        self.waiting = threading.Semaphore(4)
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.row_factory = sqlite3.Row
        self.database.execute("CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT, price REAL, picture BLOB)")
        self.database.executemany("INSERT INTO things VALUES (?, ?, ?, ?)", (
            (number, f"thing {number}", number / 7, bytes([number % 256]) * 20) for number in range(1000)))

    def rows(self, sql, *values):
        with self.lock:
            return self.database.execute(sql, values).fetchall()


def application(shop):
    app = flask.Flask(__name__)
    app.secret_key = "not a secret"
    app.logger.setLevel(logging.INFO)
    app.logger.removeHandler(flask.logging.default_handler)
    app.logger.addHandler(logging.handlers.MemoryHandler(100000, flushLevel=logging.CRITICAL + 1))
    app.logger.propagate = False
    pages = flask.Blueprint("shop", __name__, url_prefix="/shop")

    @app.before_request
    def begin():
        flask.g.begin = time.perf_counter()
        flask.g.request_id = uuid.uuid4()

    @app.after_request
    def count(answer):
        answer.headers["X-Id"] = str(flask.g.request_id)
        app.logger.info("%s %s %.3f", flask.request.method, flask.request.path, time.perf_counter() - flask.g.begin)
        with shop.lock:
            shop.answered += 1
        if shop.answered >= ENOUGH:
            shop.enough.set()
        return answer

    @app.errorhandler(404)
    def missing(error):
        return flask.jsonify(error=str(error), path=flask.request.path), 404

    @app.route("/")
    def front():
        seen = flask.session.setdefault("seen", [])
        flask.session["seen"] = (seen + [len(seen)])[-20:]
        flask.flash("welcome")
        things = shop.rows("SELECT * FROM things ORDER BY random() LIMIT 20")
        return flask.render_template_string(PAGE, title="shop", things=things)

    @pages.route("/thing/<int:number>")
    def thing(number):
        found = shop.rows("SELECT * FROM things WHERE number = ?", number % 1200)
        if not found:
            flask.abort(404)
        shop.cache[number] = dict(found[0])
        if len(shop.cache) > 500:
            shop.cache.popitem(last=False)
        return flask.jsonify(name=found[0]["name"], price=found[0]["price"], url=flask.url_for(".thing", number=number))

    @pages.route("/slow")
    def slow():
        """A few requests stay in the middle of a loop until the process is stopped."""
        rows = shop.rows("SELECT name, price FROM things WHERE number % 50 = 0")
        if shop.waiting.acquire(blocking=False):
            for name, price in sorted(map(tuple, rows), key=lambda row: -row[1]):
                label = f"{name} at {price:.2f}"
                shop.never.wait()
                app.logger.info(label)
        return flask.Response((f"{name}\n" for name, _ in map(tuple, rows)), mimetype="text/plain")

    class Orders(MethodView):
        def get(self):
            return flask.jsonify(orders=len(shop.orders), sold={word: dict(sold) for word, sold in shop.sold.items()})

        def post(self):
            order = flask.request.get_json()
            shop.orders.append({"id": flask.g.request_id, "time": time.time(), **order})
            for word in order["words"]:
                shop.sold[len(word)][word] += 1
            return flask.jsonify(id=str(flask.g.request_id)), 201

    pages.add_url_rule("/orders", view_func=Orders.as_view("orders"))
    app.register_blueprint(pages)
    shop.never = threading.Event()
    return app


def main(folder):
    # The server's own log of requests.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    shop = Shop()
    server = make_server("127.0.0.1", 0, application(shop), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    load = program.Load(server.server_port, "/", "/shop/thing/N", "POST:/shop/orders", "/shop/orders", "/missing/N",
                        "/shop/slow", threads=8)
    while not shop.enough.wait(1):
        load.check()
    program.stop(folder)


main(sys.argv[1])
