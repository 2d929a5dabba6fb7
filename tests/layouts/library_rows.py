"""The rows of the layout tables of types with memory of their own: collections, files, contexts, the library's C types.

They are written as those in rows.py.
"""

from row_making import fields, since

# The extension modules whose C files define structures that the rows ask for; in some builds they are parts of the
# interpreter.
MODULES = [
    "_asyncio", "_ctypes", "_datetime", "_decimal", "_elementtree", "_multiprocessing", "_pickle", "_queue", "_socket",
    "_struct", "_zoneinfo", "array", "mmap",
]


def structure(type_, *names):
    """Rows for the size of a structure and the fields that have the same name in Swift."""
    return {"size": [f"sizeof({type_})"], **fields(type_, *names)}


ROWS = {
    "deque": {
        **structure("dequeobject", "leftblock", "rightblock", "leftindex", "rightindex", "maxlen"),
        "blockSize": ["sizeof(BLOCK)"],
        "leftlink": ["BLOCK.leftlink"],
        "data": ["BLOCK.data"],
        "rightlink": ["BLOCK.rightlink"],
    },
    "orderedDict": {
        **structure("_odictobject", "od_fast_nodes_size", "od_first", "od_last"),
        "nodeSize": ["sizeof(_odictnode)"],
        **fields("_odictnode", "key", "next", "prev"),
    },
    "defaultDict": structure("defdictobject", "default_factory"),
    "simpleQueue": {
        **structure("simplequeueobject", "lst"),
        **fields("simplequeueobject.buf", "items", "items_cap", "get_idx", "num_items"),
        "countedSlotSize": since((3, 15), (8, "_queue_SimpleQueue___sizeof___impl"), 0),
    },
    "array": {
        **structure("arrayobject", "ob_item", "allocated", "ob_descr"),
        **fields("arraydescr", "typecode", "itemsize"),
    },
    "lruCache": {
        **structure(
            "lru_cache_object",
            "typed", "cache", "hits", "maxsize", "misses", "kwd_mark", "lru_list_elem_type", "cache_info_type"),
        "function": ["lru_cache_object.func"],
        "linkSize": ["sizeof(lru_list_elem)"],
        **fields("lru_list_elem", "prev", "next", "key", "result"),
    },
    "bytesIO": {
        **structure("bytesio", "buf", "pos", "string_size"),
        "bufferKind": since((3, 12), ".visited", ".held"),
    },
    "stringIO": {
        **structure(
            "stringio", "buf", "pos", "string_size", "buf_size", "state", "closed", "decoder", "readnl", "writenl"),
        "newlineKind": since((3, 12), ".visited", ".held"),
        "large": ["stringio.accu.large"],
        "small": ["stringio.accu.small"],
        "writerBuffer": ["stringio.writer.buffer"],
        "writerCount": ["stringio.writer.pos"],
        # A field called `writer` is there before 3.14 too, but is no pointer.
        "writer": since((3, 14), "stringio.writer", None),
        "writerStructureBuffer": since((3, 14), "_PyUnicodeWriter.buffer", None),
        "writerStructureCount": since((3, 14), "_PyUnicodeWriter.pos", None),
    },
    "buffered": structure("buffered", "raw", "buffer", "buffer_size"),
    "fileIO": {
        **structure("fileio", "fd"),
        **{f"{name}Bit": [f"bit(fileio.{name})"] for name in ("created", "readable", "writable", "appending")},
    },
    "textIO": structure(
        "textio", "buffer", "encoding", "encoder", "decoder", "readnl", "errors", "decoded_chars", "pending_bytes",
        "pending_bytes_count", "snapshot", "raw"),
    "context": structure("_pycontextobject", "ctx_prev", "ctx_vars", "ctx_entered"),
    "hamt": {
        **structure("PyHamtObject", "h_root", "h_count"),
        "b_array": ["PyHamtNode_Bitmap.b_array"],
        "arrayNodeSize": ["sizeof(PyHamtNode_Array)"],
        **fields("PyHamtNode_Array", "a_array", "a_count"),
        "c_array": ["PyHamtNode_Collision.c_array"],
    },
    "future": {
        **structure(
            "FutureObj",
            "fut_loop", "fut_callback0", "fut_context0", "fut_callbacks", "fut_exception", "fut_exception_tb",
            "fut_result", "fut_source_tb", "fut_cancel_msg"),
        "cancelledType": ["FutureObj.fut_cancelled_exc_state.exc_type"],
        "cancelledValue": ["FutureObj.fut_cancelled_exc_state.exc_value"],
        "cancelledTraceback": ["FutureObj.fut_cancelled_exc_state.exc_traceback"],
        **fields("FutureObj", "fut_cancelled_exc", "fut_awaited_by", "fut_state"),
    },
    "task": structure("TaskObj", "task_fut_waiter", "task_coro", "task_name", "task_context"),
    "memoryView": {
        "size": ["PyMemoryViewObject.ob_array"],
        **fields("PyMemoryViewObject", "mbuf", "flags"),
        **fields("PyMemoryViewObject.view", "buf", "obj", "len", "itemsize", "readonly", "ndim", "format", "shape",
                 "strides"),
    },
    "managedBuffer": {
        **structure("_PyManagedBufferObject", "exports"),
        "obj": ["_PyManagedBufferObject.master.obj"],
    },
    "mmap": {**structure("mmap_object", "data"), "length": ["mmap_object.size"], **fields("mmap_object", "pos", "fd")},
    # Since 3.13.
    "capsule": structure("PyCapsule", "pointer", "name", "traverse_func"),
    "cData": structure("tagCDataObject", "b_ptr", "b_base", "b_size", "b_length", "b_objects"),
    "cFunctionPointer": structure(
        "PyCFuncPtrObject",
        "thunk", "callable", "converters", "argtypes", "restype", "checker", "errcheck", "paramflags"),
    "cField": {
        "size": ["sizeof(CFieldObject)"],
        "offset": ["CFieldObject.byte_offset", "CFieldObject.offset"],
        "byteSize": ["CFieldObject.byte_size", "CFieldObject.size"],
        # Before 3.14 the size of a bit field is that of its bits, 16 bits up, and where they begin.
        "bitSize": since((3, 14), "CFieldObject.bitfield_size", None),
        "bitOffset": since((3, 14), "CFieldObject.bit_offset", None),
        "proto": ["CFieldObject.proto"],
    },
    "exception": {
        **structure("PyBaseExceptionObject", "args", "notes", "traceback", "context", "cause", "suppress_context"),
        "importErrorText": since((3, 15), ".argumentsAndNames", ".arguments"),
    },
    "decimal": {
        "size": ["sizeof(PyDecObject)"],
        **fields("PyDecObject.dec", "flags", "exp", "digits", "len", "alloc", "data"),
    },
    "structFormat": {
        **structure("PyStructObject", "s_size", "s_codes", "s_format"),
        "formatKind": since((3, 10), ".visited", ".held"),
        "codeSize": ["sizeof(_formatcode)"],
        "fmtdef": ["_formatcode.fmtdef"],
    },
    "namespace": structure("_PyNamespaceObject", "ns_dict"),
    "pattern": {
        "size": ["PatternObject.code"],
        **fields("PatternObject", "groupindex", "indexgroup", "pattern", "flags", "codesize"),
    },
    "match": {"size": ["MatchObject.mark"], **fields("MatchObject", "string", "regs", "pattern", "groups", "mark")},
    "lock": {
        "size": ["sizeof(lockobject)"],
        "locked": ["lockobject.locked", "lockobject.lock._bits"],
        "semaphore": ["lockobject.lock_lock"],
    },
    "recursiveLock": {
        "size": ["sizeof(rlockobject)"],
        "owner": ["rlockobject.rlock_owner", "rlockobject.lock.thread"],
        "count": ["rlockobject.rlock_count", "rlockobject.lock.level"],
        "mutex": ["rlockobject.lock.mutex._bits"],
        "semaphore": ["rlockobject.rlock_lock"],
    },
    "processLock": structure("SemLockObject", "handle", "last_tid", "count", "maxvalue", "kind"),
    "socket": structure("PySocketSockObject", "sock_fd", "sock_family", "sock_type", "sock_proto"),
    "pickler": {
        **structure("PicklerObject", "memo"),
        "persistent_id": ["PicklerObject.persistent_id", "PicklerObject.pers_func"],
        **fields(
            "PicklerObject",
            "persistent_id_attr", "dispatch_table", "reducer_override", "write", "output_buffer", "fast_memo",
            "buffer_callback"),
        "memoKind": since((3, 11), ".visited", ".held"),
        "memoSize": ["sizeof(PyMemoTable)"],
        "memoEntrySize": ["sizeof(PyMemoEntry)"],
        **fields("PyMemoTable", "mt_allocated", "mt_table"),
        "me_key": ["PyMemoEntry.me_key"],
    },
    "unpickler": {
        **structure("UnpicklerObject", "stack", "memo", "memo_size"),
        "persistent_load": ["UnpicklerObject.persistent_load", "UnpicklerObject.pers_func"],
        **fields(
            "UnpicklerObject",
            "persistent_load_attr", "input_line", "read", "readinto", "readline", "peek", "buffers", "encoding",
            "errors", "marks", "marks_size"),
        "memoKind": since((3, 11), ".visited", ".held"),
    },
    "element": {
        **structure("ElementObject", "tag", "text", "tail", "extra"),
        "extraSize": ["sizeof(ElementObjectExtra)"],
        **fields("ElementObjectExtra", "attrib", "length", "allocated", "children"),
        "ownChildren": ["ElementObjectExtra._children"],
    },
    # Since 3.10 the interpreter has the callbacks, and the module no state.
    "atexit": {
        "callbacks": ["atexitmodule_state.atexit_callbacks"],
        "callbackCount": ["atexitmodule_state.ncallbacks"],
        "callbackSize": since((3, 10), (0, "none"), "sizeof(atexit_callback)"),
    },
    # Since 3.12 the module has a state.
    "zoneInfoState": {
        "strongCache": since((3, 12), "zoneinfo_state.ZONEINFO_STRONG_CACHE", None),
        **{name: since((3, 12), f"StrongCacheNode.{name}", None) for name in ("next", "key", "zone")},
        "nodeSize": since((3, 12), "sizeof(StrongCacheNode)", (0, "none")),
    },
    # Since 3.13 the module has a state, with tables of signals and conditions.
    "decimalState": {
        **fields("decimal_state", "signal_map", "cond_map"),
        **{name: since((3, 13), expression, None) for name, expression in (
            ("fqname", "DecCondMap.fqname"), ("exception", "DecCondMap.ex"))},
        "entrySize": since((3, 13), "sizeof(DecCondMap)", (0, "none")),
    },
    "teeData": structure("teedataobject", "it", "numread", "nextlink", "values"),
    "combinatoric": {
        **structure("combinationsobject", "pool", "result", "r", "stopped"),
        "permutationsSize": ["sizeof(permutationsobject)"],
        "permutationsPool": ["permutationsobject.pool"],
        "permutationsResult": ["permutationsobject.result"],
        "permutationsR": ["permutationsobject.r"],
        "permutationsStopped": ["permutationsobject.stopped"],
        "productSize": ["sizeof(productobject)"],
        "pools": ["productobject.pools"],
        "productResult": ["productobject.result"],
        "productStopped": ["productobject.stopped"],
    },
    "dateTime": {
        "dateSize": ["sizeof(PyDateTime_Date)"],
        "date": ["PyDateTime_Date.data"],
        "timeSize": ["sizeof(PyDateTime_Time)"],
        "timeHasZone": ["PyDateTime_Time.hastzinfo"],
        "time": ["PyDateTime_Time.data"],
        "timeFold": ["PyDateTime_Time.fold"],
        "timeZone": ["PyDateTime_Time.tzinfo"],
        "dateTimeSize": ["sizeof(PyDateTime_DateTime)"],
        "dateTimeHasZone": ["PyDateTime_DateTime.hastzinfo"],
        "dateTime": ["PyDateTime_DateTime.data"],
        "dateTimeFold": ["PyDateTime_DateTime.fold"],
        "dateTimeZone": ["PyDateTime_DateTime.tzinfo"],
        "deltaSize": ["sizeof(PyDateTime_Delta)"],
        **fields("PyDateTime_Delta", "days", "seconds", "microseconds"),
        "zoneSize": ["sizeof(PyDateTime_TimeZone)"],
        **fields("PyDateTime_TimeZone", "offset", "name"),
    },
}
