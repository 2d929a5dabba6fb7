"""The rows of the layout tables: for each field in Layout.swift, the C expressions that may give its value.

Expressions are explained in read_types.py. The first one that a version can answer counts; a number is taken as it is,
a pair is a number and its source, and text that begins with a dot is Swift. A field that none answers is nil if
Layout.swift allows it, and an error if not. `since` picks by version, where a name exists in versions that do not use
it.
"""

import library_rows
from row_making import by_version, fields, since

# The extension modules whose C files define structures that the rows ask for.
MODULES = library_rows.MODULES


ROWS = {
    "object": {
        "size": ["sizeof(PyObject)"],
        "varSize": ["sizeof(PyVarObject)"],
        # The whole word: since 3.12 the count is one half of it.
        "ob_refcnt": ["PyObject.ob_refcnt_full", "PyObject.ob_refcnt"],
        "ob_type": ["PyObject.ob_type"],
        "ob_size": ["PyVarObject.ob_size"],
        # Immortal objects are of 3.12 (PEP 683).
        "referenceCount": by_version((3, 14), ".lowHalfBesideFlags", (3, 12), ".lowHalf", (3, 8), ".wholeWord"),
    },
    "gcHead": {
        "size": ["sizeof(PyGC_Head)"],
        "gc_next": ["PyGC_Head._gc_next"],
        "gc_prev": ["PyGC_Head._gc_prev"],
    },
    "type": {
        "size": ["sizeof(PyTypeObject)"],
        "heapSize": ["sizeof(PyHeapTypeObject)"],
        **fields(
            "PyTypeObject",
            "tp_name", "tp_basicsize", "tp_itemsize", "tp_dealloc", "tp_repr", "tp_flags", "tp_doc", "tp_traverse",
            "tp_weaklistoffset", "tp_members", "tp_getset", "tp_base", "tp_dict", "tp_dictoffset", "tp_new",
            "tp_is_gc", "tp_bases", "tp_mro", "tp_cache", "tp_subclasses", "tp_weaklist", "tp_version_tag",
            "tp_vectorcall", "tp_watched"),
        # _PySys_GetSizeOf, Python/sysmodule.c: by the type alone in 3.11 and 3.12.
        "staticPreheaderSize": by_version((3, 13), 0, (3, 11), (16, "_PyType_PreHeaderSize"), (3, 8), 0),
        **fields("PyHeapTypeObject", "ht_name", "ht_slots", "ht_qualname", "ht_cached_keys", "ht_module"),
    },
    "long": {
        "size": ["sizeof(PyLongObject)"],
        "lv_tag": ["PyLongObject.long_value.lv_tag"],
        "leastDigitCount": since((3, 11), (1, "int___sizeof___impl"), 0),
        "ob_digit": ["PyLongObject.long_value.ob_digit", "PyLongObject.ob_digit"],
    },
    "float": {"size": ["sizeof(PyFloatObject)"], "ob_fval": ["PyFloatObject.ob_fval"]},
    "complex": {
        "size": ["sizeof(PyComplexObject)"],
        "real": ["PyComplexObject.cval.real"],
        "imag": ["PyComplexObject.cval.imag"],
    },
    "unicode": {
        "asciiSize": ["sizeof(PyASCIIObject)"],
        "compactSize": ["sizeof(PyCompactUnicodeObject)"],
        "size": ["sizeof(PyUnicodeObject)"],
        **fields("PyASCIIObject", "length", "hash", "state", "wstr"),
        **fields("PyCompactUnicodeObject", "wstr_length", "utf8_length", "utf8"),
        "data": ["PyUnicodeObject.data"],
        "internedShift": ["bit(PyASCIIObject.state.interned)"],
        "kindShift": ["bit(PyASCIIObject.state.kind)"],
        "compactShift": ["bit(PyASCIIObject.state.compact)"],
        "asciiShift": ["bit(PyASCIIObject.state.ascii)"],
        "readyShift": ["bit(PyASCIIObject.state.ready)"],
    },
    "bytes": {"size": ["sizeof(PyBytesObject)"], "ob_sval": ["PyBytesObject.ob_sval"]},
    "byteArray": {
        "size": ["sizeof(PyByteArrayObject)"],
        **fields("PyByteArrayObject", "ob_alloc", "ob_bytes", "ob_start", "ob_bytes_object"),
    },
    "tuple": {"size": ["sizeof(PyTupleObject)"], "ob_item": ["PyTupleObject.ob_item"]},
    "list": {"size": ["sizeof(PyListObject)"], **fields("PyListObject", "ob_item", "allocated")},
    "dict": {"size": ["sizeof(PyDictObject)"], **fields("PyDictObject", "ma_used", "ma_keys", "ma_values")},
    "dictKeys": fields(
        "_dictkeysobject",
        "dk_indices", "dk_refcnt", "dk_size", "dk_lookup", "dk_log2_size", "dk_log2_index_bytes", "dk_kind",
        "dk_usable",
        "dk_nentries"),
    "dictValues": {
        # Before 3.11 there is no structure: ma_values is the array.
        "values": ["_dictvalues.values", 0],
        "capacity": ["_dictvalues.capacity"],
        "usedSize": ["_dictvalues.size"],
        "embedded": ["_dictvalues.embedded"],
        "valid": ["_dictvalues.valid"],
        # Objects/dictobject.c: bytes before the values, one with their number and then the order of insertion.
        "prefixSize": by_version((3, 13), None, (3, 11), (-2, "DICT_VALUES_USED_SIZE"), (3, 8), None),
    },
    "instance": {
        # 3.12 has a function only.
        "managedDict": by_version(
            (3, 13), "constant(MANAGED_DICT_OFFSET)", (3, 12), (-24, "_PyObject_DictOrValuesPointer"),
            (3, 8), "constant(MANAGED_DICT_OFFSET)"),
        "managedWeakref": ["constant(MANAGED_WEAKREF_OFFSET)"],
        # 3.11: a word of their own; 3.12: the word of the dict, with the lowest bit set; then they lie in the object.
        "managedValues": by_version(
            (3, 13), None, (3, 12), (-24, "_PyObject_DictOrValuesPointer"), (3, 11), (-32, "_PyObject_ValuesPointer"),
            (3, 8), None),
        # gh-130327: see Layout+PatchReleases.swift.
        "traversal": by_version(
            (3, 14, 4), ".dictFirst", (3, 14), ".valuesFirst", (3, 13, 13), ".dictFirst", (3, 13), ".valuesFirst",
            (3, 8), ".dictFirst"),
        "managedValuesTag": by_version((3, 13), 0, (3, 12), (1, "_PyDictOrValues_IsValues"), (3, 8), 0),
    },
    "set": {
        "size": ["sizeof(PySetObject)"],
        **fields("PySetObject", "fill", "used", "mask", "table", "smalltable"),
        "entrySize": ["sizeof(setentry)"],
        "entryKey": ["setentry.key"],
        "entryHash": ["setentry.hash"],
    },
    "cell": {"size": ["sizeof(PyCellObject)"], "ob_ref": ["PyCellObject.ob_ref"]},
    "function": {
        "size": ["sizeof(PyFunctionObject)"],
        **fields(
            "PyFunctionObject",
            "func_globals", "func_builtins", "func_name", "func_qualname", "func_code", "func_defaults",
            "func_kwdefaults", "func_closure", "func_doc", "func_dict", "func_module", "func_annotations",
            "func_annotate", "func_typeparams"),
    },
    "method": {"size": ["sizeof(PyMethodObject)"], **fields("PyMethodObject", "im_func", "im_self")},
    "builtinFunction": {
        "size": ["sizeof(PyCFunctionObject)"],
        **fields("PyCFunctionObject", "m_ml", "m_self", "m_module"),
        "mm_class": ["PyCMethodObject.mm_class"],
        "ml_name": ["PyMethodDef.ml_name"],
    },
    "module": {
        "size": ["sizeof(PyModuleObject)"],
        **fields("PyModuleObject", "md_dict", "md_name", "md_state"),
        # Since 3.15 a module may be made of slots (PEP 793): then its token is no definition.
        "md_def": ["PyModuleObject.md_def", "PyModuleObject.md_token"],
        **fields("PyModuleObject", "md_token_is_def", "md_state_size"),
    },
    "moduleDefinition": {"size": ["sizeof(PyModuleDef)"], **fields("PyModuleDef", "m_name", "m_size")},
    "code": {
        "size": ["sizeof(PyCodeObject)"],
        **fields(
            "PyCodeObject",
            "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_stacksize", "co_flags", "co_firstlineno",
            "co_consts", "co_names", "co_filename", "co_name"),
        # co_lnotab has another encoding, but the same part.
        "co_linetable": ["PyCodeObject.co_linetable", "PyCodeObject.co_lnotab"],
        **fields(
            "PyCodeObject",
            "co_extra", "co_code", "co_nlocals", "co_varnames", "co_freevars", "co_cellvars", "co_cell2arg",
            "co_opcache", "co_opcache_size",
            "co_qualname", "co_exceptiontable", "co_localsplusnames", "co_localspluskinds", "co_nlocalsplus",
            "co_code_adaptive"),
        "co_firsttraceable": ["PyCodeObject._co_firsttraceable"],
        "co_cached": ["PyCodeObject._co_cached"],
        # Objects/lnotab_notes.txt, PEP 626, Objects/locations.md.
        "lineTableFormat": by_version((3, 11), ".locations", (3, 10), ".lineDeltas", (3, 8), ".lnotab"),
    },
    "generator": {
        "size": ["sizeof(PyGenObject)"],
        "coroutineSize": ["sizeof(PyCoroObject)"],
        "asyncGeneratorSize": ["sizeof(PyAsyncGenObject)"],
        **fields("PyGenObject", "gi_name", "gi_qualname"),
        "exc_value": ["PyGenObject.gi_exc_state.exc_value"],
        "exc_type": ["PyGenObject.gi_exc_state.exc_type"],
        "exc_traceback": ["PyGenObject.gi_exc_state.exc_traceback"],
        **fields("PyGenObject", "gi_frame", "gi_code", "gi_frame_state", "gi_iframe"),
        "cr_origin": ["PyCoroObject.cr_origin", "PyCoroObject.cr_origin_or_finalizer"],
        "ag_finalizer": ["PyAsyncGenObject.ag_finalizer", "PyAsyncGenObject.ag_origin_or_finalizer"],
        # Before 3.10 frames have no state, but say whether they are executing and which instruction was the last.
        "createdState": ["enum(_framestate.FRAME_CREATED)", 0],
        "delegatingState": ["enum(_framestate.FRAME_SUSPENDED_YIELD_FROM)", 0],
        "executingState": ["enum(_framestate.FRAME_EXECUTING)", 0],
        "clearedState": ["enum(_framestate.FRAME_CLEARED)", 0],
        # _PyGen_yf, Objects/genobject.c.
        "delegation": by_version((3, 13), ".state", (3, 11), ".resumeArgument", (3, 8), ".yieldFrom"),
        # Since 3.15 the stack has an index or nothing above what is delegated to (`SEND`, Python/bytecodes.c).
        "delegateDepth": since((3, 15), (2, "_PyGen_yf"), (1, "_PyGen_yf")),
    },
    "frame": {
        "size": ["sizeof(_frame)"],
        **fields(
            "_frame",
            "f_back", "f_lineno", "f_code", "f_builtins", "f_globals", "f_locals", "f_trace", "f_valuestack",
            "f_stackdepth", "f_stacktop", "f_gen", "f_lasti", "f_state", "f_executing", "f_localsplus", "f_frame",
            "f_extra_locals", "f_locals_cache", "f_overwritten_fast_locals", "f_iblock", "f_blockstack"),
        # Newer headers still define PyTryBlock, for no one's use.
        "blockSize": since((3, 11), None, "sizeof(PyTryBlock)"),
        "b_type": since((3, 11), None, "PyTryBlock.b_type"),
        "b_level": since((3, 11), None, "PyTryBlock.b_level"),
        # PyFrame_GetLasti, Objects/frameobject.c: in instructions of two bytes since 3.10.
        "lastiUnit": since((3, 10), (2, "sizeof(_Py_CODEUNIT)"), (1, "bytes")),
        "f_frame_data": ["_frame._f_frame_data"],
    },
    "interpreterFrame": {
        "size": ["sizeof(_PyInterpreterFrame)"],
        "previous": ["_PyInterpreterFrame.previous"],
        "f_executable": ["_PyInterpreterFrame.f_executable", "_PyInterpreterFrame.f_code"],
        "f_funcobj": ["_PyInterpreterFrame.f_funcobj", "_PyInterpreterFrame.f_func"],
        **fields("_PyInterpreterFrame", "f_globals", "f_builtins", "f_locals", "frame_obj"),
        "instr_ptr": ["_PyInterpreterFrame.instr_ptr", "_PyInterpreterFrame.prev_instr"],
        **fields("_PyInterpreterFrame", "stacktop", "stackpointer", "owner", "localsplus"),
        # Py_TAG_BITS is 3, though BITS_TO_PTR_MASKED removes only Py_TAG_REFCNT, which is 1: the other bit is set in
        # tagged integers alone (Py_INT_TAG, 3), which are no pointers. 3.13 has the macros, but does not use them.
        "tagMask": since((3, 14), "constant(Py_TAG_BITS)", 0),
    },
    "memberDefinition": {"size": ["sizeof(PyMemberDef)"], **fields("PyMemberDef", "name", "type", "offset")},
    "pymalloc": {
        # Measured, see `allocator` in interpreters.py: before 3.12 no header has these macros.
        "poolSize": ["constant(POOL_SIZE)", "measured(POOL_SIZE)"],
        "arenaSize": ["constant(ARENA_SIZE)", "measured(ARENA_SIZE)"],
        "headerSize": ["constant(POOL_OVERHEAD)", "measured(POOL_OVERHEAD)"],
        "alignment": ["constant(ALIGNMENT)", "measured(ALIGNMENT)"],
        "largestBlock": ["constant(SMALL_REQUEST_THRESHOLD)", "measured(SMALL_REQUEST_THRESHOLD)"],
        "count": ["pool_header.ref.count"],
        **fields("pool_header", "freeblock", "szidx", "nextoffset", "maxnextoffset"),
    },
    "runtime": {
        "size": ["sizeof(_PyRuntimeState)"],
        "interpreters_head": ["_PyRuntimeState.interpreters.head"],
        "interpreters_main": ["_PyRuntimeState.interpreters.main"],
        "finalizing": ["_PyRuntimeState._finalizing", "_PyRuntimeState.finalizing"],
        "gil": since((3, 12), None, "_PyRuntimeState.ceval.gil"),
    },
    "interpreter": {
        # By the tag, as the typedef is of a structure that the public headers do not define.
        "size": ["sizeof(_is)"],
        "next": ["_is.next"],
        "threads_head": ["_is.threads.head", "_is.tstate_head"],
        "id": ["_is.id"],
        "runtime": ["_is.runtime"],
        "modules": ["_is.imports.modules", "_is.modules"],
        **fields("_is", "sysdict", "builtins"),
        "gil": since((3, 12), "_is.ceval.gil", None),
    },
    "thread": {
        "size": ["sizeof(_ts)"],
        **fields("_ts", "prev", "next", "interp", "frame"),
        # 3.10 has a _PyCFrame too, without the frame.
        "cframe": since((3, 11), "_ts.cframe", None),
        "cframe_current_frame": since((3, 11), "_PyCFrame.current_frame", None),
        **fields("_ts", "current_frame", "thread_id", "native_thread_id"),
        "datastack_chunk": ["_ts.datastack_chunk"],
        "current_exception": ["_ts.current_exception", "_ts.curexc_value"],
        "exc_info": ["_ts.exc_info"],
        "exc_state": ["_ts.exc_state"],
    },
    "gil": {"size": ["sizeof(_gil_runtime_state)"], **fields("_gil_runtime_state", "last_holder", "locked")},
    "stackChunk": {"size": ["sizeof(_stack_chunk)"], **fields("_stack_chunk", "previous", "top", "data")},
    "traceback": {
        "size": ["sizeof(_traceback)"],
        **fields("_traceback", "tb_next", "tb_frame", "tb_lasti", "tb_lineno"),
    },
    "errorStackItem": {
        "size": ["sizeof(_err_stackitem)"],
        **fields("_err_stackitem", "exc_value", "previous_item"),
    },
    **library_rows.ROWS,
}
