"""The interpreter's own test suite, in one process, stopped half-way, in the middle of a test.

usage: program_testsuite.py FOLDER [TESTS]

TESTS is a folder with more of the package `test`, for interpreters that come without.
"""

import importlib
import os
import sys
import threading
import unittest

import program

# What needs a process of its own, the network, a terminal, or minutes is not here.
MODULES = """
abc array ast asyncgen augassign base64 baseexception binascii binop bisect bool builtin bytes calendar charmapcodec
class cmath code codeccallbacks codecs collections colorsys compare complex configparser contains context contextlib
contextlib_async copy copyreg coroutines csv dataclasses datetime dbm_dumb decorators defaultdict deque descr descrtut
dict dictcomps dictviews difflib dis doctest dynamic dynamicclassattribute ellipsis enum enumerate exception_group
exception_hierarchy exception_variations exceptions fileio filecmp float fnmatch format fractions frame frozen fstring
funcattrs functools future genericalias generators genexps getopt gettext glob global grammar graphlib hashlib heapq
hmac html htmlparser httpservers importlib index inspect int int_literal ipaddress isinstance iter itertools json
keyword keywordonlyarg linecache list listcomps long longexp math memoryio memoryview metaclass mimetypes minidom
module named_expressions numeric_tower opcodes operator optparse patma pathlib peepholer picklebuffer pkgutil plistlib
positional_only_arg pow pprint print property pulldom pyclbr quopri raise random range re reprlib richcmp sched scope
script_helper secrets set setcomps shelve shlex slice sort sqlite3 str strftime string string_literals stringprep
strptime strtod struct structseq super symtable syntax tempfile textwrap thread time timeit traceback type_aliases
type_params types typing ucn unary unicode unicodedata unittest univnewlines unpack unpack_ex urlparse userdict
userlist userstring uuid weakref weakset with wsgiref xml_etree xml_etree_c xmlrpc yield_from zipapp zipimport zlib
zoneinfo
""".split()


class Watch:
    """Counts the tests that begin; after half of them, the next comparison in a test stops the process."""

    def __init__(self, total, stop):
        self.left = total // 2
        self._stop = stop
        self._start_test = unittest.TextTestResult.startTest
        self._assert_equal = unittest.TestCase.assertEqual

    def install(self):
        watch = self

        def start_test(result, test):
            watch.left -= 1
            watch._start_test(result, test)

        def assert_equal(case, *arguments, **options):
            if watch.left < 0 and threading.current_thread() is threading.main_thread():
                watch._stop(case)
            watch._assert_equal(case, *arguments, **options)

        unittest.TextTestResult.startTest = start_test
        unittest.TestCase.assertEqual = unittest.TestCase.assertEquals = assert_equal


def suite():
    """All tests of the modules that this version has; and how many modules these are."""
    loader = unittest.TestLoader()
    tests, count = unittest.TestSuite(), 0
    for name in MODULES:
        try:
            module = importlib.import_module(f"test.test_{name}")
            tests.addTests(loader.loadTestsFromModule(module))
            count += 1
        # A module that this version does not have, or that says that it cannot run here.
        except (ImportError, OSError, unittest.SkipTest):
            pass
    return tests, count


def main(folder, *more):
    import test
    import test.support
    library = "usr/lib/python%d.%d/test" % sys.version_info[:2]
    test.__path__.extend(os.path.join(path, library) for path in more)
    test.support.use_resources = []
    standard_output = os.dup(1)
    log = os.open(os.path.join(folder, "log"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    work = os.path.join(folder, "work")
    os.mkdir(work)
    os.chdir(work)
    tests, count = suite()
    total = tests.countTestCases()

    def stop(case):
        os.dup2(standard_output, 1)
        os.write(1, b'{"name": "stopped in %s", "tests": %d, "modules": %d}\n' % (case.id().encode(), total, count))
        program.stop(folder)

    Watch(total, stop).install()
    unittest.TextTestRunner(stream=open(os.path.join(folder, "tests"), "w"), verbosity=2).run(tests)
    # No test was stopped.
    os._exit(2)


main(*sys.argv[1:])
