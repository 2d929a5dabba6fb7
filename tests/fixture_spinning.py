"""A process whose threads all want the GIL."""

import os
import threading
import time


def spin():
    while True:
        pass


for number in range(4):
    threading.Thread(target=spin, name=f"spinning {number}", daemon=True).start()
time.sleep(0.3)
os.write(1, b"ready\n")
spin()
