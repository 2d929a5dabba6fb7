"""Makes Structures+X.Y.swift: for each C type whose objects are one structure, the fields that hold objects, and
the plain numbers that say where it stands.

The fields come from the debug information of an interpreter and of its extension modules: every pointer to a structure
that begins as an object does, also in structures and arrays inside. What the collector visits
of them is what the interpreter visits in objects made for the purpose (traverse_types.py).
"""

import json
import pathlib
import re
import subprocess

import interpreters

HERE = pathlib.Path(__file__).resolve().parent

# The types by `tp_name`, as all versions call them, and the names of the structure in C, the first that there is.
# A field with a tilde does not keep alive what it leads to; one with an exclamation mark may hold anything, and is left
# out unless the collector visits it; one with an equals sign is a plain number. Types that the interpreter does not
# show are left out too, except those with a plus, which no Python code reaches.
TYPES = """
_abc._abc_data|_abc_data: _abc_data
_asyncio.FutureIter: futureiterobject
_asyncio.TaskStepMethWrapper|TaskStepMethWrapper: TaskStepMethWrapper
_blake2.blake2b: BLAKE2bObject Blake2Object
_blake2.blake2s: BLAKE2sObject Blake2Object
_buffer_wrapper: bufferwrapper
_bz2.BZ2Compressor: BZ2Compressor
_bz2.BZ2Decompressor: BZ2Decompressor
_collections._deque_iterator|_collections._deque_reverse_iterator: dequeiterobject =counter
_collections._tuplegetter|collections._tuplegetter: _tuplegetterobject
_contextvars.ContextVar|ContextVar: PyContextVar _pycontextvarobject ~var_cached
_contextvars.Context|Context: PyContext _pycontextobject
_contextvars.Token|Token: PyContextToken _pycontexttokenobject =tok_used
_csv.Dialect: DialectObj
_csv.reader: ReaderObj
_csv.writer: WriterObj
_ctypes.CArgObject|CArgObject: PyCArgObject tagPyCArgObject
_ctypes.CField|ctypes.CField: CFieldObject
_ctypes.CThunkObject: CThunkObject
_ctypes.DictRemover: DictRemoverObject
_ctypes.StructParam_Type: StructParamObject
_curses.window|_curses.curses_window: PyCursesWindowObject
_curses_panel.panel|_curses_panel.curses_panel: PyCursesPanelObject
_elementtree._element_iterator: ElementIterObject
_functools.KeyWrapper|functools.KeyWrapper: keyobject
_hashlib.HASH|_hashlib.HASHXOF: EVPobject
_hashlib.HMAC: HMACobject
_hmac.HMAC: HMACObject
_interpchannels.ChannelID: channelid
_io._BytesIOBuffer: bytesiobuf
_io._IOBase|_io._BufferedIOBase|_io._RawIOBase|_io._TextIOBase: iobase
_io.BufferedRWPair: rwpair
_io.FileIO: fileio
_io.IncrementalNewlineDecoder: nldecoder_object
_io.TextIOWrapper: textio
_json.Encoder: PyEncoderObject _PyEncoderObject
_json.Scanner: PyScannerObject _PyScannerObject
_lsprof.Profiler: ProfilerObject
_lzma.LZMACompressor: Compressor
_lzma.LZMADecompressor: Decompressor
_md5.md5: MD5object
_multibytecodec.MultibyteCodec|MultibyteCodec: MultibyteCodecObject
_multibytecodec.MultibyteIncrementalDecoder|MultibyteIncrementalDecoder: MultibyteIncrementalDecoderObject
_multibytecodec.MultibyteIncrementalEncoder|MultibyteIncrementalEncoder: MultibyteIncrementalEncoderObject
_multibytecodec.MultibyteStreamReader|MultibyteStreamReader: MultibyteStreamReaderObject
_multibytecodec.MultibyteStreamWriter|MultibyteStreamWriter: MultibyteStreamWriterObject
_multiprocessing.SemLock: SemLockObject
_pickle.PicklerMemoProxy: PicklerMemoProxyObject
_pickle.UnpicklerMemoProxy: UnpicklerMemoProxyObject
_queue.SimpleQueue: simplequeueobject
_random.Random: RandomObject
_RunningLoopHolder: PyRunningLoopHolder
_sha1.sha1: SHA1object
_sha2.SHA224Type|_sha2.SHA256Type: SHA256object
_sha2.SHA384Type|_sha2.SHA512Type: SHA512object
_sha256.sha224|_sha256.sha256: SHAobject
_sha3.sha3_224|_sha3.sha3_256|_sha3.sha3_384|_sha3.sha3_512|_sha3.shake_128|_sha3.shake_256: SHA3object
_sha512.sha384|_sha512.sha512: SHAobject
_socket.socket: PySocketSockObject
_sre.SRE_Scanner: ScannerObject
_sre.SRE_Template: TemplateObject
_ssl._SSLContext: PySSLContext
_ssl._SSLSocket: PySSLSocket
_ssl.Certificate: PySSLCertificate
_ssl.MemoryBIO: PySSLMemoryBIO
_ssl.SSLSession|_ssl.Session: PySSLSession
_struct.unpack_iterator|unpack_iterator: unpackiterobject =index
_thread._local: localobject
_thread._localdummy: localdummyobject
_thread._ThreadHandle: PyThreadHandleObject
_thread.lock: lockobject
_thread.RLock: rlockobject
_tkinter.Tcl_Obj: PyTclObject
_tkinter.tkapp: TkappObject
_tkinter.tktimertoken: TkttObject
_tokenize.TokenizerIter: tokenizeriterobject
_typing._ConstEvaluator: constevaluatorobject
_zstd.ZstdCompressor|compression.zstd.ZstdCompressor: ZstdCompressor
_zstd.ZstdDecompressor|compression.zstd.ZstdDecompressor: ZstdDecompressor
_zstd.ZstdDict|compression.zstd.ZstdDict: ZstdDict
anext_awaitable: anextawaitableobject
array.arrayiterator|arrayiterator: arrayiterobject =index
ast.AST|_ast.AST: AST_object
async_generator_asend: PyAsyncGenASend
async_generator_athrow: PyAsyncGenAThrow
async_generator_wrapped_value: _PyAsyncGenWrappedValue +
AttributeError: PyAttributeErrorObject
BaseException: PyBaseExceptionObject
BaseExceptionGroup: PyBaseExceptionGroupObject
bytearray_iterator: bytesiterobject =it_index
bytes_iterator: striterobject =it_index
callable_iterator: calliterobject
classmethod: classmethod
collections._deque_iterator|collections._deque_reverse_iterator: dequeiterobject =counter
coroutine_wrapper: PyCoroWrapper
decimal.Context: PyDecContextObject
decimal.ContextManager: PyDecContextManagerObject
decimal.SignalDictMixin: PyDecSignalDictObject
dict_itemiterator|dict_keyiterator|dict_valueiterator: dictiterobject =di_pos =len
dict_items|dict_keys|dict_values: _PyDictViewObject
dict_reverseitemiterator|dict_reversekeyiterator|dict_reversevalueiterator: dictiterobject =di_pos =len
EncodingMap: encoding_map
enumerate: enumobject =en_index
fieldnameiterator: fieldnameiterobject
filter: filterobject
formatteriterator: formatteriterobject
FrameLocalsProxy: PyFrameLocalsProxyObject
functools._lru_list_elem: lru_list_elem ~prev ~next +
functools.partial: partialobject
generic_alias_iterator: gaiterobject
getset_descriptor: PyGetSetDescrObject
ImportError: PyImportErrorObject
instancemethod: PyInstanceMethodObject
InstructionSequence: _PyInstructionSequence instruction_sequence
items|keys|values: PyHamtIterator !hi_iter.i_nodes
iterator: seqiterobject =it_index
itertools._grouper: _grouperobject
itertools._tee: teeobject =index
itertools.accumulate: accumulateobject
itertools.batched: batchedobject =batch_size
itertools.chain: chainobject
itertools.combinations: combinationsobject
itertools.combinations_with_replacement: cwrobject
itertools.compress: compressobject
itertools.count: countobject =cnt
itertools.cycle: cycleobject
itertools.dropwhile: dropwhileobject
itertools.filterfalse: filterfalseobject
itertools.groupby: groupbyobject
itertools.islice: isliceobject =next =stop =step =cnt
itertools.pairwise: pairwiseobject
itertools.permutations: permutationsobject
itertools.product: productobject
itertools.repeat: repeatobject =cnt
itertools.starmap: starmapobject
itertools.takewhile: takewhileobject
itertools.zip_longest: ziplongestobject
lazy_import: PyLazyImportObject =lz_active
line_iterator: lineiterator
list_iterator: _PyListIterObject listiterobject =it_index
list_reverseiterator: listreviterobject =it_index
longrange_iterator: longrangeiterobject
managedbuffer: _PyManagedBufferObject
map: mapobject
mappingproxy: mappingproxyobject
member_descriptor: PyMemberDescrObject
memory_iterator: memoryiterobject =it_index
method-wrapper: wrapperobject
method_descriptor|classmethod_descriptor: PyMethodDescrObject
moduledef: PyModuleDef
NameError: PyNameErrorObject
odict_iterator: odictiterobject
operator.attrgetter: attrgetterobject
operator.itemgetter: itemgetterobject =nitems
operator.methodcaller: methodcallerobject !vectorcall_kwnames
OSError: PyOSErrorObject
pickle.PickleBuffer: PyPickleBufferObject
positions_iterator: positionsiterator
posix.DirEntry: DirEntry
posix.ScandirIterator: ScandirIterator
property: propertyobject
range: rangeobject
range_iterator: _PyRangeIterObject rangeiterobject =index =start =step =len
re.Match: MatchObject
re.Pattern: PatternObject
reversed: reversedobject =index
select.epoll: pyEpoll_Object
sentinel: sentinelobject
select.poll: pollObject
set_iterator: setiterobject =si_pos =len
slice: PySliceObject
sqlite3.Blob: pysqlite_Blob
sqlite3.Cache: pysqlite_Cache
sqlite3.Connection: pysqlite_Connection
sqlite3.Cursor: pysqlite_Cursor
sqlite3.Node|sqlite3Node: pysqlite_Node
sqlite3.PrepareProtocol: pysqlite_PrepareProtocol
sqlite3.Row: pysqlite_Row
sqlite3.Statement: pysqlite_Statement
staticmethod: staticmethod
stderrprinter: PyStdPrinter_Object
StopIteration: PyStopIterationObject
str_iterator|str_ascii_iterator: unicodeiterobject =it_index
string.templatelib.Interpolation: interpolationobject
string.templatelib.Template: templateobject
string.templatelib.TemplateIter: templateiterobject
super: superobject
symtable entry: PySTEntryObject _symtable_entry
SyntaxError: PySyntaxErrorObject
sys.legacy_event_handler: _PyLegacyEventHandler
SystemExit: PySystemExitObject
TaskWakeupMethWrapper: TaskWakeupMethWrapper
traceback: PyTracebackObject _traceback =tb_lasti =tb_lineno
tuple_iterator: _PyTupleIterObject tupleiterobject =it_index
types.GenericAlias: gaobject
types.SimpleNamespace: _PyNamespaceObject
types.UnionType|typing.Union: unionobject
typing.ParamSpec: paramspecobject =covariant =contravariant =infer_variance
typing.ParamSpecArgs|typing.ParamSpecKwargs: paramspecattrobject
typing.TypeAliasType: typealiasobject
typing.TypeVar: typevarobject =covariant =contravariant =infer_variance
typing.TypeVarTuple: typevartupleobject =covariant =contravariant =infer_variance
unicodedata.GraphemeBreakIterator: GraphemeBreakIterator
unicodedata.Segment: SegmentObject =start =end
unicodedata.UCD: PreviousDBVersion previous_version
UnicodeDecodeError|UnicodeEncodeError|UnicodeTranslateError: PyUnicodeErrorObject
weakcallableproxy|weakref.CallableProxyType: PyWeakReference _PyWeakReference ~wr_object ~wr_prev ~wr_next
weakproxy|weakref.ProxyType: PyWeakReference _PyWeakReference ~wr_object ~wr_prev ~wr_next
weakref|weakref.ReferenceType: PyWeakReference _PyWeakReference ~wr_object ~wr_prev ~wr_next
wrapper_descriptor: PyWrapperDescrObject
xml.etree.ElementTree.TreeBuilder: TreeBuilderObject
xml.etree.ElementTree.XMLParser: XMLParserObject
zip: zipobject
zlib._ZlibDecompressor: ZlibDecompressor
zlib.Compress|zlib.Decompress: compobject
zoneinfo.ZoneInfo: PyZoneInfo_ZoneInfo
"""

# The extension modules, where they are files of their own.
MODULES = [
    "_asyncio", "_blake2", "_bz2", "_collections", "_contextvars", "_csv", "_ctypes", "_curses", "_curses_panel",
    "_decimal", "_elementtree", "_hashlib", "_hmac", "_interpchannels", "_json", "_lsprof", "_lzma", "_md5",
    "_multibytecodec", "_multiprocessing", "_pickle", "_queue", "_random", "_sha1", "_sha2", "_sha256", "_sha3",
    "_sha512", "_socket", "_sqlite3", "_ssl", "_struct", "_tkinter", "_zoneinfo", "_zstd", "array", "select",
    "unicodedata", "zlib",
]

# Lists of weak references lead to what refers to the object, and keep none of it alive.
WEAK_LISTS = re.compile(r"(^|\.|_)(weakreflist|weakrefs|weaklist|wr_list)$")


# What is read of types and modules, as far as the version has it.
SLOTS = ["PyTypeObject.tp_name", "PyTypeObject.tp_traverse", "PyModuleObject.md_state", "PyModuleObject.md_def",
         "PyModuleObject.md_token", "PyModuleObject.md_token_is_def", "PyModuleObject.md_state_size",
         "PyModuleObject.md_state_traverse", "PyModuleDef.m_name", "PyModuleDef.m_size", "PyModuleDef.m_traverse"]


def rows():
    """(tp_names, structures, marks) of each line: marks are fields by "~", "!" and "=", and "" by "+"."""
    for line in TYPES.strip().splitlines():
        names, _, rest = line.partition(": ")
        words = rest.split()
        marks = {mark: {word[1:] for word in words if word[0] == mark} for mark in "~!=+"}
        yield names.split("|"), [word for word in words if word[0] not in marks], marks


def expressions():
    asked = {f"{kind}({name})" for _, names, _ in rows() for name in names for kind in ("sizeof", "objects")}
    numbers = {f"{name}.{number}" for _, names, marks in rows() for name in names for number in marks["="]}
    return sorted(asked | numbers | set(SLOTS))


def structures(answers):
    """{tp_name: (structure, its size, [(path, offset), (path, offset, size of an item), ...], numbers, marks)}.

    The numbers are [(path, offset, size), ...].
    """
    found = {}
    for names, candidates, marks in rows():
        known = next((name for name in candidates if f"objects({name})" in answers), None)
        for name in names if known else []:
            fields = answers[f"objects({known})"][0]
            numbers = [(path, *answers[f"{known}.{path}"]) for path in marks["="] if f"{known}.{path}" in answers]
            numbers.sort(key=lambda number: number[1])
            found[name] = (known, answers[f"sizeof({known})"][0], fields, numbers, marks)
    return found


def traversals(interpreter, answers):
    """What the interpreter says of types and modules: see traverse_types.py."""
    types = {
        name: [size, [field[1] for field in fields if len(field) == 2]]
        for name, (_, size, fields, _, _) in structures(answers).items()}
    question = {"slots": {slot: answers[slot][0] for slot in SLOTS if slot in answers},
                "modules": str(interpreter.modules), "types": types}
    run = subprocess.run(
        [interpreter.executable, str(HERE / "traverse_types.py")], capture_output=True, text=True,
        input=json.dumps(question))
    if run.returncode:
        raise SystemExit(f"{interpreter.executable} could not traverse its types:\n{run.stderr}")
    return json.loads(run.stdout)


def line(name, structure, said):
    """The line for one type, or None if the interpreter has no such type of the structure's size."""
    known, size, fields, numbers, marks = structure
    if name not in said and not marks["+"]:
        return None
    visited = said.get(name)
    words = [name.replace(" ", "_"), known, str(size)]
    if visited and 8 in visited:
        words.append("ob_type:8")
    for path, offset, *stride in fields:
        is_visited = visited is None or offset in visited or stride
        if path.partition("[")[0] in marks["!"] and not (visited and offset in visited):
            continue
        mark = "~" if path in marks["~"] or WEAK_LISTS.search(path) else "" if is_visited else "-"
        words.append(f"{path}:{offset}" + "".join(f"*{size}" for size in stride) + mark)
    words += [f"{path}:{offset}={size}" for path, offset, size in numbers]
    return " ".join(words)


def runs(offsets):
    """The offsets as text, neighbours taken together: "8 24-40 type"; -8 is the type."""
    found = []
    for offset in offsets:
        if offset < 0:
            continue
        if found and found[-1][1] + 8 == offset:
            found[-1][1] = offset
        else:
            found.append([offset, offset])
    words = [f"{first}-{last}" if first != last else str(first) for first, last in found]
    return " ".join(words + ["type"] * (-8 in offsets))


def swift_text(name, documentation, lines):
    """A table as a member, sorted."""
    return [f"  /// {documentation}", f'  static let {name} = """', *(f"    {text}" for text in sorted(lines)),
            '    """']


def tables(interpreter):
    """The lines of an interpreter's tables: of types, and of the states of modules."""
    answers = interpreters.read(interpreter, expressions(), MODULES)
    said = traversals(interpreter, answers)
    types = [line(name, structure, said["types"]) for name, structure in structures(answers).items()]
    states = [f"{name} {size} {runs(offsets)}" for name, (size, offsets) in said["modules"].items() if offsets]
    return [text for text in types if text], states


def swift_file(interpreter):
    """The Swift text of an interpreter's tables, and the number of lines in them."""
    types, states = tables(interpreter)
    major, minor, _ = interpreter.version
    name = f"{major}.{minor}"
    return "\n".join([
        f"// Generated from CPython {interpreter.name} by `tests/layouts/generate.py --version {name}`. Do not edit.",
        "",
        "extension StructureLayout {",
        *swift_text(f"cpython{major}_{minor}",
                    f"The structures of the C types of CPython {name}, as `init(_:)` reads them.",
                    types),
        "}",
        "",
        "extension ModuleStateLayout {",
        *swift_text(f"cpython{major}_{minor}",
                    f"The states of the C modules of CPython {name}, as `init(_:)` reads them.",
                    states),
        "}",
        ""]), len(types) + len(states)
