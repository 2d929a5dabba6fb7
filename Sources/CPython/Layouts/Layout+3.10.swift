// Generated from CPython 3.10.13 by `tests/layouts/generate.py --version 3.10`. Do not edit.

import MemoryImage

extension Layout {
  /// The structures of CPython 3.10 on 64-bit Linux, with the GIL; each line names the C field it comes from.
  package static let cpython3_10 = Layout(
    version: PythonVersion(3, 10),
    source: "headers and debug information of CPython 3.10.13",
    object: ObjectLayout(
      size: 16,  // sizeof(PyObject)
      varSize: 24,  // sizeof(PyVarObject)
      ob_refcnt: 0,  // PyObject.ob_refcnt
      ob_type: 8,  // PyObject.ob_type
      ob_size: 16,  // PyVarObject.ob_size
      referenceCount: .wholeWord
    ),
    gcHead: GCHeadLayout(
      size: 16,  // sizeof(PyGC_Head)
      gc_next: 0,  // PyGC_Head._gc_next
      gc_prev: 8  // PyGC_Head._gc_prev
    ),
    type: TypeLayout(
      size: 408,  // sizeof(PyTypeObject)
      heapSize: 888,  // sizeof(PyHeapTypeObject)
      tp_name: 24,  // PyTypeObject.tp_name
      tp_basicsize: 32,  // PyTypeObject.tp_basicsize
      tp_itemsize: 40,  // PyTypeObject.tp_itemsize
      tp_dealloc: 48,  // PyTypeObject.tp_dealloc
      tp_repr: 88,  // PyTypeObject.tp_repr
      tp_flags: 168,  // PyTypeObject.tp_flags
      tp_doc: 176,  // PyTypeObject.tp_doc
      tp_traverse: 184,  // PyTypeObject.tp_traverse
      tp_weaklistoffset: 208,  // PyTypeObject.tp_weaklistoffset
      tp_members: 240,  // PyTypeObject.tp_members
      tp_getset: 248,  // PyTypeObject.tp_getset
      tp_base: 256,  // PyTypeObject.tp_base
      tp_dict: 264,  // PyTypeObject.tp_dict
      tp_dictoffset: 288,  // PyTypeObject.tp_dictoffset
      tp_new: 312,  // PyTypeObject.tp_new
      tp_is_gc: 328,  // PyTypeObject.tp_is_gc
      tp_bases: 336,  // PyTypeObject.tp_bases
      tp_mro: 344,  // PyTypeObject.tp_mro
      tp_cache: 352,  // PyTypeObject.tp_cache
      tp_subclasses: 360,  // PyTypeObject.tp_subclasses
      tp_weaklist: 368,  // PyTypeObject.tp_weaklist
      tp_version_tag: 384,  // PyTypeObject.tp_version_tag
      tp_vectorcall: 400,  // PyTypeObject.tp_vectorcall
      tp_watched: nil,
      ht_name: 848,  // PyHeapTypeObject.ht_name
      ht_slots: 856,  // PyHeapTypeObject.ht_slots
      ht_qualname: 864,  // PyHeapTypeObject.ht_qualname
      ht_cached_keys: 872,  // PyHeapTypeObject.ht_cached_keys
      ht_module: 880  // PyHeapTypeObject.ht_module
    ),
    long: LongLayout(
      size: 32,  // sizeof(PyLongObject)
      lv_tag: nil,
      ob_digit: 24  // PyLongObject.ob_digit
    ),
    float: FloatLayout(
      size: 24,  // sizeof(PyFloatObject)
      ob_fval: 16  // PyFloatObject.ob_fval
    ),
    complex: ComplexLayout(
      size: 32,  // sizeof(PyComplexObject)
      real: 16,  // PyComplexObject.cval.real
      imag: 24  // PyComplexObject.cval.imag
    ),
    unicode: UnicodeLayout(
      asciiSize: 48,  // sizeof(PyASCIIObject)
      compactSize: 72,  // sizeof(PyCompactUnicodeObject)
      size: 80,  // sizeof(PyUnicodeObject)
      length: 16,  // PyASCIIObject.length
      hash: 24,  // PyASCIIObject.hash
      state: 32,  // PyASCIIObject.state
      wstr: 40,  // PyASCIIObject.wstr
      wstr_length: 64,  // PyCompactUnicodeObject.wstr_length
      utf8_length: 48,  // PyCompactUnicodeObject.utf8_length
      utf8: 56,  // PyCompactUnicodeObject.utf8
      data: 72,  // PyUnicodeObject.data
      internedShift: 0,  // bit(PyASCIIObject.state.interned)
      kindShift: 2,  // bit(PyASCIIObject.state.kind)
      compactShift: 5,  // bit(PyASCIIObject.state.compact)
      asciiShift: 6,  // bit(PyASCIIObject.state.ascii)
      readyShift: 7  // bit(PyASCIIObject.state.ready)
    ),
    bytes: BytesLayout(
      size: 40,  // sizeof(PyBytesObject)
      ob_sval: 32  // PyBytesObject.ob_sval
    ),
    byteArray: ByteArrayLayout(
      size: 56,  // sizeof(PyByteArrayObject)
      ob_alloc: 24,  // PyByteArrayObject.ob_alloc
      ob_bytes: 32,  // PyByteArrayObject.ob_bytes
      ob_start: 40  // PyByteArrayObject.ob_start
    ),
    tuple: TupleLayout(
      size: 32,  // sizeof(PyTupleObject)
      ob_item: 24  // PyTupleObject.ob_item
    ),
    list: ListLayout(
      size: 40,  // sizeof(PyListObject)
      ob_item: 24,  // PyListObject.ob_item
      allocated: 32  // PyListObject.allocated
    ),
    dict: DictLayout(
      size: 48,  // sizeof(PyDictObject)
      ma_used: 16,  // PyDictObject.ma_used
      ma_keys: 32,  // PyDictObject.ma_keys
      ma_values: 40  // PyDictObject.ma_values
    ),
    dictKeys: DictKeysLayout(
      dk_indices: 40,  // _dictkeysobject.dk_indices
      dk_refcnt: 0,  // _dictkeysobject.dk_refcnt
      dk_size: 8,  // _dictkeysobject.dk_size
      dk_log2_size: nil,
      dk_log2_index_bytes: nil,
      dk_kind: nil,
      dk_usable: 24,  // _dictkeysobject.dk_usable
      dk_nentries: 32  // _dictkeysobject.dk_nentries
    ),
    dictValues: DictValuesLayout(
      values: 0,  // no such field
      capacity: nil,
      usedSize: nil,
      embedded: nil,
      valid: nil
    ),
    set: SetLayout(
      size: 200,  // sizeof(PySetObject)
      fill: 16,  // PySetObject.fill
      used: 24,  // PySetObject.used
      mask: 32,  // PySetObject.mask
      table: 40,  // PySetObject.table
      smalltable: 64,  // PySetObject.smalltable
      entrySize: 16,  // sizeof(setentry)
      entryKey: 0,  // setentry.key
      entryHash: 8  // setentry.hash
    ),
    cell: CellLayout(
      size: 24,  // sizeof(PyCellObject)
      ob_ref: 16  // PyCellObject.ob_ref
    ),
    function: FunctionLayout(
      size: 128,  // sizeof(PyFunctionObject)
      func_globals: 16,  // PyFunctionObject.func_globals
      func_builtins: 24,  // PyFunctionObject.func_builtins
      func_name: 32,  // PyFunctionObject.func_name
      func_qualname: 40,  // PyFunctionObject.func_qualname
      func_code: 48,  // PyFunctionObject.func_code
      func_defaults: 56,  // PyFunctionObject.func_defaults
      func_kwdefaults: 64,  // PyFunctionObject.func_kwdefaults
      func_closure: 72,  // PyFunctionObject.func_closure
      func_doc: 80,  // PyFunctionObject.func_doc
      func_dict: 88,  // PyFunctionObject.func_dict
      func_module: 104,  // PyFunctionObject.func_module
      func_annotations: 112,  // PyFunctionObject.func_annotations
      func_annotate: nil,
      func_typeparams: nil
    ),
    method: MethodLayout(
      size: 48,  // sizeof(PyMethodObject)
      im_func: 16,  // PyMethodObject.im_func
      im_self: 24  // PyMethodObject.im_self
    ),
    builtinFunction: BuiltinFunctionLayout(
      size: 56,  // sizeof(PyCFunctionObject)
      m_ml: 16,  // PyCFunctionObject.m_ml
      m_self: 24,  // PyCFunctionObject.m_self
      m_module: 32,  // PyCFunctionObject.m_module
      ml_name: 0  // PyMethodDef.ml_name
    ),
    module: ModuleLayout(
      size: 56,  // sizeof(PyModuleObject)
      md_dict: 16,  // PyModuleObject.md_dict
      md_name: 48  // PyModuleObject.md_name
    ),
    code: CodeLayout(
      size: 176,  // sizeof(PyCodeObject)
      co_argcount: 16,  // PyCodeObject.co_argcount
      co_posonlyargcount: 20,  // PyCodeObject.co_posonlyargcount
      co_kwonlyargcount: 24,  // PyCodeObject.co_kwonlyargcount
      co_stacksize: 32,  // PyCodeObject.co_stacksize
      co_flags: 36,  // PyCodeObject.co_flags
      co_firstlineno: 40,  // PyCodeObject.co_firstlineno
      co_consts: 56,  // PyCodeObject.co_consts
      co_names: 64,  // PyCodeObject.co_names
      co_filename: 104,  // PyCodeObject.co_filename
      co_name: 112,  // PyCodeObject.co_name
      co_linetable: 120,  // PyCodeObject.co_linetable
      co_extra: 144,  // PyCodeObject.co_extra
      co_code: 48,  // PyCodeObject.co_code
      co_nlocals: 28,  // PyCodeObject.co_nlocals
      co_varnames: 72,  // PyCodeObject.co_varnames
      co_freevars: 80,  // PyCodeObject.co_freevars
      co_cellvars: 88,  // PyCodeObject.co_cellvars
      co_cell2arg: 96,  // PyCodeObject.co_cell2arg
      co_opcache: 160,  // PyCodeObject.co_opcache
      co_opcache_size: 172,  // PyCodeObject.co_opcache_size
      co_qualname: nil,
      co_exceptiontable: nil,
      co_localsplusnames: nil,
      co_localspluskinds: nil,
      co_nlocalsplus: nil,
      co_code_adaptive: nil
    ),
    generator: GeneratorLayout(
      size: 88,  // sizeof(PyGenObject)
      coroutineSize: 96,  // sizeof(PyCoroObject)
      asyncGeneratorSize: 112,  // sizeof(PyAsyncGenObject)
      gi_name: 40,  // PyGenObject.gi_name
      gi_qualname: 48,  // PyGenObject.gi_qualname
      exc_value: 64,  // PyGenObject.gi_exc_state.exc_value
      gi_frame: 16,  // PyGenObject.gi_frame
      gi_code: 24,  // PyGenObject.gi_code
      gi_frame_state: nil,
      gi_iframe: nil,
      cr_origin: 88,  // PyCoroObject.cr_origin
      ag_finalizer: 88,  // PyAsyncGenObject.ag_finalizer
      createdState: -2,  // enum(_framestate.FRAME_CREATED)
      finishedState: 1  // enum(_framestate.FRAME_RETURNED)
    ),
    frame: FrameLayout(
      size: 360,  // sizeof(_frame)
      f_back: 24,  // _frame.f_back
      f_lineno: 100,  // _frame.f_lineno
      f_code: 32,  // _frame.f_code
      f_builtins: 40,  // _frame.f_builtins
      f_globals: 48,  // _frame.f_globals
      f_locals: 56,  // _frame.f_locals
      f_trace: 72,  // _frame.f_trace
      f_valuestack: 64,  // _frame.f_valuestack
      f_stackdepth: 80,  // _frame.f_stackdepth
      f_gen: 88,  // _frame.f_gen
      f_lasti: 96,  // _frame.f_lasti
      f_state: 108,  // _frame.f_state
      f_localsplus: 352,  // _frame.f_localsplus
      f_frame: nil,
      f_frame_data: nil
    ),
    interpreterFrame: nil,
    memberDefinition: MemberDefinitionLayout(
      size: 40,  // sizeof(PyMemberDef)
      name: 0,  // PyMemberDef.name
      type: 8,  // PyMemberDef.type
      offset: 16  // PyMemberDef.offset
    ),
    pymalloc: PymallocLayout(
      poolSize: 16384,  // sys._debugmallocstats(POOL_SIZE)
      arenaSize: 1048576,  // sys._debugmallocstats(ARENA_SIZE)
      headerSize: 48,  // sys._debugmallocstats(POOL_OVERHEAD)
      alignment: 16,  // sys._debugmallocstats(ALIGNMENT)
      largestBlock: 512,  // sys._debugmallocstats(SMALL_REQUEST_THRESHOLD)
      count: 0,  // pool_header.ref.count
      freeblock: 8,  // pool_header.freeblock
      szidx: 36,  // pool_header.szidx
      nextoffset: 40,  // pool_header.nextoffset
      maxnextoffset: 44  // pool_header.maxnextoffset
    )
  )
}
