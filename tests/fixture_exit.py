"""A process at its end: the main thread waits for a thread that nobody tells to stop, as servers do that hang at exit."""

import threading
import time

never = threading.Event()
threading.Thread(target=never.wait, name="never told").start()


def say():
    time.sleep(0.5)
    print("ready", flush=True)
    time.sleep(3600)


threading.Thread(target=say, name="teller", daemon=True).start()
