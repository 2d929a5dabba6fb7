// Generated from CPython 3.14.8 by `tests/layouts/generate.py --version 3.14`. Do not edit.

import MemoryImage

extension Layout {
  /// The structures of CPython 3.14 on 64-bit Linux, with the GIL; each line names the C field it comes from.
  package static let cpython3_14 = Layout(
    version: PythonVersion(3, 14),
    source: "headers and debug information of CPython 3.14.8",
    object: ObjectLayout(
      size: 16,  // sizeof(PyObject)
      varSize: 24,  // sizeof(PyVarObject)
      ob_refcnt: 0,  // PyObject.ob_refcnt_full
      ob_type: 8,  // PyObject.ob_type
      ob_size: 16,  // PyVarObject.ob_size
      referenceCount: .lowHalf
    ),
    gcHead: GCHeadLayout(
      size: 16,  // sizeof(PyGC_Head)
      gc_next: 0,  // PyGC_Head._gc_next
      gc_prev: 8  // PyGC_Head._gc_prev
    ),
    type: TypeLayout(
      size: 416,  // sizeof(PyTypeObject)
      heapSize: 936,  // sizeof(PyHeapTypeObject)
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
      tp_watched: 408,  // PyTypeObject.tp_watched
      ht_name: 856,  // PyHeapTypeObject.ht_name
      ht_slots: 864,  // PyHeapTypeObject.ht_slots
      ht_qualname: 872,  // PyHeapTypeObject.ht_qualname
      ht_cached_keys: 880,  // PyHeapTypeObject.ht_cached_keys
      ht_module: 888  // PyHeapTypeObject.ht_module
    ),
    long: LongLayout(
      size: 32,  // sizeof(PyLongObject)
      lv_tag: 16,  // PyLongObject.long_value.lv_tag
      ob_digit: 24  // PyLongObject.long_value.ob_digit
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
      asciiSize: 40,  // sizeof(PyASCIIObject)
      compactSize: 56,  // sizeof(PyCompactUnicodeObject)
      size: 64,  // sizeof(PyUnicodeObject)
      length: 16,  // PyASCIIObject.length
      hash: 24,  // PyASCIIObject.hash
      state: 32,  // PyASCIIObject.state
      wstr: nil,
      wstr_length: nil,
      utf8_length: 40,  // PyCompactUnicodeObject.utf8_length
      utf8: 48,  // PyCompactUnicodeObject.utf8
      data: 56,  // PyUnicodeObject.data
      internedShift: 0,  // bit(PyASCIIObject.state.interned)
      kindShift: 2,  // bit(PyASCIIObject.state.kind)
      compactShift: 5,  // bit(PyASCIIObject.state.compact)
      asciiShift: 6,  // bit(PyASCIIObject.state.ascii)
      readyShift: nil
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
      size: 40,  // sizeof(PyTupleObject)
      ob_item: 32  // PyTupleObject.ob_item
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
      dk_indices: 32,  // _dictkeysobject.dk_indices
      dk_refcnt: 0,  // _dictkeysobject.dk_refcnt
      dk_size: nil,
      dk_log2_size: 8,  // _dictkeysobject.dk_log2_size
      dk_log2_index_bytes: 9,  // _dictkeysobject.dk_log2_index_bytes
      dk_kind: 10,  // _dictkeysobject.dk_kind
      dk_usable: 16,  // _dictkeysobject.dk_usable
      dk_nentries: 24  // _dictkeysobject.dk_nentries
    ),
    dictValues: DictValuesLayout(
      values: 8,  // _dictvalues.values
      capacity: 0,  // _dictvalues.capacity
      usedSize: 1,  // _dictvalues.size
      embedded: 2,  // _dictvalues.embedded
      valid: 3  // _dictvalues.valid
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
      size: 152,  // sizeof(PyFunctionObject)
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
      func_annotate: 120,  // PyFunctionObject.func_annotate
      func_typeparams: 128  // PyFunctionObject.func_typeparams
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
      size: 216,  // sizeof(PyCodeObject)
      co_argcount: 52,  // PyCodeObject.co_argcount
      co_posonlyargcount: 56,  // PyCodeObject.co_posonlyargcount
      co_kwonlyargcount: 60,  // PyCodeObject.co_kwonlyargcount
      co_stacksize: 64,  // PyCodeObject.co_stacksize
      co_flags: 48,  // PyCodeObject.co_flags
      co_firstlineno: 68,  // PyCodeObject.co_firstlineno
      co_consts: 24,  // PyCodeObject.co_consts
      co_names: 32,  // PyCodeObject.co_names
      co_filename: 112,  // PyCodeObject.co_filename
      co_name: 120,  // PyCodeObject.co_name
      co_linetable: 136,  // PyCodeObject.co_linetable
      co_extra: 200,  // PyCodeObject.co_extra
      co_code: nil,
      co_nlocals: 80,  // PyCodeObject.co_nlocals
      co_varnames: nil,
      co_freevars: nil,
      co_cellvars: nil,
      co_cell2arg: nil,
      co_opcache: nil,
      co_opcache_size: nil,
      co_qualname: 128,  // PyCodeObject.co_qualname
      co_exceptiontable: 40,  // PyCodeObject.co_exceptiontable
      co_localsplusnames: 96,  // PyCodeObject.co_localsplusnames
      co_localspluskinds: 104,  // PyCodeObject.co_localspluskinds
      co_nlocalsplus: 72,  // PyCodeObject.co_nlocalsplus
      co_code_adaptive: 208  // PyCodeObject.co_code_adaptive
    ),
    generator: GeneratorLayout(
      size: 160,  // sizeof(PyGenObject)
      coroutineSize: 160,  // sizeof(PyCoroObject)
      asyncGeneratorSize: 160,  // sizeof(PyAsyncGenObject)
      gi_name: 24,  // PyGenObject.gi_name
      gi_qualname: 32,  // PyGenObject.gi_qualname
      exc_value: 40,  // PyGenObject.gi_exc_state.exc_value
      gi_frame: nil,
      gi_code: nil,
      gi_frame_state: 67,  // PyGenObject.gi_frame_state
      gi_iframe: 72,  // PyGenObject.gi_iframe
      cr_origin: 56,  // PyCoroObject.cr_origin_or_finalizer
      ag_finalizer: 56,  // PyAsyncGenObject.ag_origin_or_finalizer
      createdState: -3,  // enum(_framestate.FRAME_CREATED)
      finishedState: 1  // enum(_framestate.FRAME_COMPLETED)
    ),
    frame: FrameLayout(
      size: 80,  // sizeof(_frame)
      f_back: 16,  // _frame.f_back
      f_lineno: 40,  // _frame.f_lineno
      f_code: nil,
      f_builtins: nil,
      f_globals: nil,
      f_locals: nil,
      f_trace: 32,  // _frame.f_trace
      f_valuestack: nil,
      f_stackdepth: nil,
      f_gen: nil,
      f_lasti: nil,
      f_state: nil,
      f_localsplus: nil,
      f_frame: 24,  // _frame.f_frame
      f_frame_data: 72  // _frame._f_frame_data
    ),
    interpreterFrame: InterpreterFrameLayout(
      size: 88,  // sizeof(_PyInterpreterFrame)
      previous: 8,  // _PyInterpreterFrame.previous
      f_executable: 0,  // _PyInterpreterFrame.f_executable
      f_funcobj: 16,  // _PyInterpreterFrame.f_funcobj
      f_globals: 24,  // _PyInterpreterFrame.f_globals
      f_builtins: 32,  // _PyInterpreterFrame.f_builtins
      f_locals: 40,  // _PyInterpreterFrame.f_locals
      frame_obj: 48,  // _PyInterpreterFrame.frame_obj
      instr_ptr: 56,  // _PyInterpreterFrame.instr_ptr
      stacktop: nil,
      stackpointer: 64,  // _PyInterpreterFrame.stackpointer
      owner: 74,  // _PyInterpreterFrame.owner
      localsplus: 80,  // _PyInterpreterFrame.localsplus
      tagMask: 3  // constant(Py_TAG_BITS)
    ),
    memberDefinition: MemberDefinitionLayout(
      size: 40,  // sizeof(PyMemberDef)
      name: 0,  // PyMemberDef.name
      type: 8,  // PyMemberDef.type
      offset: 16  // PyMemberDef.offset
    ),
    pymalloc: PymallocLayout(
      poolSize: 16384,  // constant(POOL_SIZE)
      arenaSize: 1048576,  // constant(ARENA_SIZE)
      headerSize: 48,  // constant(POOL_OVERHEAD)
      alignment: 16,  // constant(ALIGNMENT)
      largestBlock: 512,  // constant(SMALL_REQUEST_THRESHOLD)
      count: 0,  // pool_header.ref.count
      freeblock: 8,  // pool_header.freeblock
      szidx: 36,  // pool_header.szidx
      nextoffset: 40,  // pool_header.nextoffset
      maxnextoffset: 44  // pool_header.maxnextoffset
    )
  )
}
