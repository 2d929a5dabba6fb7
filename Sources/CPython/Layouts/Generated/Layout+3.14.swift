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
      referenceCount: .lowHalfBesideFlags
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
      staticPreheaderSize: 0,  // no such field
      ht_name: 856,  // PyHeapTypeObject.ht_name
      ht_slots: 864,  // PyHeapTypeObject.ht_slots
      ht_qualname: 872,  // PyHeapTypeObject.ht_qualname
      ht_cached_keys: 880,  // PyHeapTypeObject.ht_cached_keys
      ht_module: 888  // PyHeapTypeObject.ht_module
    ),
    long: LongLayout(
      size: 32,  // sizeof(PyLongObject)
      lv_tag: 16,  // PyLongObject.long_value.lv_tag
      leastDigitCount: 1,  // int___sizeof___impl
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
      ob_start: 40,  // PyByteArrayObject.ob_start
      ob_bytes_object: nil
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
      dk_lookup: nil,
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
      valid: 3,  // _dictvalues.valid
      prefixSize: nil
    ),
    instance: InstanceLayout(
      managedDict: -24,  // constant(MANAGED_DICT_OFFSET)
      managedWeakref: -32,  // constant(MANAGED_WEAKREF_OFFSET)
      managedValues: nil,
      managedValuesTag: 0,  // no such field
      traversal: .dictFirst
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
      mm_class: 56,  // PyCMethodObject.mm_class
      ml_name: 0  // PyMethodDef.ml_name
    ),
    module: ModuleLayout(
      size: 56,  // sizeof(PyModuleObject)
      md_dict: 16,  // PyModuleObject.md_dict
      md_name: 48,  // PyModuleObject.md_name
      md_state: 32,  // PyModuleObject.md_state
      md_def: 24,  // PyModuleObject.md_def
      md_token_is_def: nil,
      md_state_size: nil
    ),
    moduleDefinition: ModuleDefinitionLayout(
      size: 104,  // sizeof(PyModuleDef)
      m_name: 40,  // PyModuleDef.m_name
      m_size: 56  // PyModuleDef.m_size
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
      co_code_adaptive: 208,  // PyCodeObject.co_code_adaptive
      co_firsttraceable: 192,  // PyCodeObject._co_firsttraceable
      co_cached: 160,  // PyCodeObject._co_cached
      lineTableFormat: .locations
    ),
    generator: GeneratorLayout(
      size: 160,  // sizeof(PyGenObject)
      coroutineSize: 160,  // sizeof(PyCoroObject)
      asyncGeneratorSize: 160,  // sizeof(PyAsyncGenObject)
      gi_name: 24,  // PyGenObject.gi_name
      gi_qualname: 32,  // PyGenObject.gi_qualname
      exc_value: 40,  // PyGenObject.gi_exc_state.exc_value
      exc_type: nil,
      exc_traceback: nil,
      gi_frame: nil,
      gi_code: nil,
      gi_frame_state: 67,  // PyGenObject.gi_frame_state
      gi_iframe: 72,  // PyGenObject.gi_iframe
      cr_origin: 56,  // PyCoroObject.cr_origin_or_finalizer
      ag_finalizer: 56,  // PyAsyncGenObject.ag_origin_or_finalizer
      createdState: -3,  // enum(_framestate.FRAME_CREATED)
      delegatingState: -1,  // enum(_framestate.FRAME_SUSPENDED_YIELD_FROM)
      executingState: 0,  // enum(_framestate.FRAME_EXECUTING)
      clearedState: 4,  // enum(_framestate.FRAME_CLEARED)
      delegation: .state,
      delegateDepth: 1  // _PyGen_yf
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
      f_stacktop: nil,
      f_gen: nil,
      f_lasti: nil,
      f_state: nil,
      f_executing: nil,
      f_localsplus: nil,
      f_iblock: nil,
      f_blockstack: nil,
      blockSize: nil,
      b_type: nil,
      b_level: nil,
      lastiUnit: 2,  // sizeof(_Py_CODEUNIT)
      f_frame: 24,  // _frame.f_frame
      f_frame_data: 72,  // _frame._f_frame_data
      f_extra_locals: 48,  // _frame.f_extra_locals
      f_locals_cache: 56,  // _frame.f_locals_cache
      f_overwritten_fast_locals: 64  // _frame.f_overwritten_fast_locals
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
    ),
    runtime: RuntimeLayout(
      size: 316616,  // sizeof(_PyRuntimeState)
      interpreters_head: 808,  // _PyRuntimeState.interpreters.head
      interpreters_main: 816,  // _PyRuntimeState.interpreters.main
      finalizing: 784,  // _PyRuntimeState._finalizing
      gil: nil
    ),
    interpreter: InterpreterLayout(
      size: 225864,  // sizeof(_is)
      next: 7272,  // _is.next
      threads_head: 7344,  // _is.threads.head
      id: 7280,  // _is.id
      runtime: 7384,  // _is.runtime
      modules: 7688,  // _is.imports.modules
      sysdict: 7672,  // _is.sysdict
      builtins: 7680,  // _is.builtins
      gil: 16  // _is.ceval.gil
    ),
    thread: ThreadLayout(
      size: 832,  // sizeof(_ts)
      prev: 0,  // _ts.prev
      next: 8,  // _ts.next
      interp: 16,  // _ts.interp
      frame: nil,
      cframe: nil,
      cframe_current_frame: nil,
      current_frame: 72,  // _ts.current_frame
      thread_id: 152,  // _ts.thread_id
      native_thread_id: 160,  // _ts.native_thread_id
      datastack_chunk: 232,  // _ts.datastack_chunk
      current_exception: 112,  // _ts.current_exception
      exc_info: 120,  // _ts.exc_info
      exc_state: 256  // _ts.exc_state
    ),
    gil: GILLayout(
      size: 208,  // sizeof(_gil_runtime_state)
      last_holder: 8,  // _gil_runtime_state.last_holder
      locked: 16  // _gil_runtime_state.locked
    ),
    errorStackItem: ErrorStackItemLayout(
      size: 16,  // sizeof(_err_stackitem)
      exc_value: 0,  // _err_stackitem.exc_value
      previous_item: 8  // _err_stackitem.previous_item
    ),
    stackChunk: StackChunkLayout(
      size: 32,  // sizeof(_stack_chunk)
      previous: 0,  // _stack_chunk.previous
      top: 16,  // _stack_chunk.top
      data: 24  // _stack_chunk.data
    ),
    traceback: TracebackLayout(
      size: 40,  // sizeof(_traceback)
      tb_next: 16,  // _traceback.tb_next
      tb_frame: 24,  // _traceback.tb_frame
      tb_lasti: 32,  // _traceback.tb_lasti
      tb_lineno: 36  // _traceback.tb_lineno
    ),
    deque: DequeLayout(
      size: 216,  // sizeof(dequeobject)
      leftblock: 24,  // dequeobject.leftblock
      rightblock: 32,  // dequeobject.rightblock
      leftindex: 40,  // dequeobject.leftindex
      rightindex: 48,  // dequeobject.rightindex
      maxlen: 64,  // dequeobject.maxlen
      blockSize: 528,  // sizeof(BLOCK)
      leftlink: 0,  // BLOCK.leftlink
      data: 8,  // BLOCK.data
      rightlink: 520  // BLOCK.rightlink
    ),
    orderedDict: OrderedDictLayout(
      size: 112,  // sizeof(_odictobject)
      od_fast_nodes_size: 72,  // _odictobject.od_fast_nodes_size
      od_first: 48,  // _odictobject.od_first
      od_last: 56,  // _odictobject.od_last
      nodeSize: 32,  // sizeof(_odictnode)
      key: 0,  // _odictnode.key
      next: 16,  // _odictnode.next
      prev: 24  // _odictnode.prev
    ),
    defaultDict: DefaultDictLayout(
      size: 56,  // sizeof(defdictobject)
      default_factory: 48  // defdictobject.default_factory
    ),
    simpleQueue: SimpleQueueLayout(
      size: 72,  // sizeof(simplequeueobject)
      lst: nil,
      items: 40,  // simplequeueobject.buf.items
      items_cap: 48,  // simplequeueobject.buf.items_cap
      get_idx: 32,  // simplequeueobject.buf.get_idx
      num_items: 56,  // simplequeueobject.buf.num_items
      countedSlotSize: 0  // no such field
    ),
    array: ArrayLayout(
      size: 64,  // sizeof(arrayobject)
      ob_item: 24,  // arrayobject.ob_item
      allocated: 32,  // arrayobject.allocated
      ob_descr: 40,  // arrayobject.ob_descr
      typecode: 0,  // arraydescr.typecode
      itemsize: 4  // arraydescr.itemsize
    ),
    lruCache: LRUCacheLayout(
      size: 152,  // sizeof(lru_cache_object)
      typed: 64,  // lru_cache_object.typed
      cache: 72,  // lru_cache_object.cache
      hits: 80,  // lru_cache_object.hits
      function: 88,  // lru_cache_object.func
      maxsize: 96,  // lru_cache_object.maxsize
      misses: 104,  // lru_cache_object.misses
      kwd_mark: 112,  // lru_cache_object.kwd_mark
      lru_list_elem_type: 120,  // lru_cache_object.lru_list_elem_type
      cache_info_type: 128,  // lru_cache_object.cache_info_type
      linkSize: 56,  // sizeof(lru_list_elem)
      prev: 16,  // lru_list_elem.prev
      next: 24,  // lru_list_elem.next
      key: 40,  // lru_list_elem.key
      result: 48  // lru_list_elem.result
    ),
    bytesIO: BytesIOLayout(
      size: 64,  // sizeof(bytesio)
      buf: 16,  // bytesio.buf
      pos: 24,  // bytesio.pos
      string_size: 32,  // bytesio.string_size
      bufferKind: .visited
    ),
    stringIO: StringIOLayout(
      size: 120,  // sizeof(stringio)
      buf: 16,  // stringio.buf
      pos: 24,  // stringio.pos
      string_size: 32,  // stringio.string_size
      buf_size: 40,  // stringio.buf_size
      state: 48,  // stringio.state
      closed: 65,  // stringio.closed
      decoder: 72,  // stringio.decoder
      readnl: 80,  // stringio.readnl
      writenl: 88,  // stringio.writenl
      newlineKind: .visited,
      large: nil,
      small: nil,
      writerBuffer: nil,
      writerCount: nil,
      writer: 56,  // stringio.writer
      writerStructureBuffer: 0,  // _PyUnicodeWriter.buffer
      writerStructureCount: 32  // _PyUnicodeWriter.pos
    ),
    buffered: BufferedLayout(
      size: 152,  // sizeof(buffered)
      raw: 16,  // buffered.raw
      buffer: 56,  // buffered.buffer
      buffer_size: 120  // buffered.buffer_size
    ),
    fileIO: FileIOLayout(
      size: 48,  // sizeof(fileio)
      fd: 16,  // fileio.fd
      createdBit: 160,  // bit(fileio.created)
      readableBit: 161,  // bit(fileio.readable)
      writableBit: 162,  // bit(fileio.writable)
      appendingBit: 163  // bit(fileio.appending)
    ),
    textIO: TextIOLayout(
      size: 200,  // sizeof(textio)
      buffer: 32,  // textio.buffer
      encoding: 40,  // textio.encoding
      encoder: 48,  // textio.encoder
      decoder: 56,  // textio.decoder
      readnl: 64,  // textio.readnl
      errors: 72,  // textio.errors
      decoded_chars: 120,  // textio.decoded_chars
      pending_bytes: 136,  // textio.pending_bytes
      pending_bytes_count: 144,  // textio.pending_bytes_count
      snapshot: 152,  // textio.snapshot
      raw: 168  // textio.raw
    ),
    context: ContextLayout(
      size: 48,  // sizeof(_pycontextobject)
      ctx_prev: 16,  // _pycontextobject.ctx_prev
      ctx_vars: 24,  // _pycontextobject.ctx_vars
      ctx_entered: 40  // _pycontextobject.ctx_entered
    ),
    hamt: HamtLayout(
      size: 40,  // sizeof(PyHamtObject)
      h_root: 16,  // PyHamtObject.h_root
      h_count: 32,  // PyHamtObject.h_count
      b_array: 32,  // PyHamtNode_Bitmap.b_array
      arrayNodeSize: 280,  // sizeof(PyHamtNode_Array)
      a_array: 16,  // PyHamtNode_Array.a_array
      a_count: 272,  // PyHamtNode_Array.a_count
      c_array: 32  // PyHamtNode_Collision.c_array
    ),
    future: FutureLayout(
      size: 112,  // sizeof(FutureObj)
      fut_loop: 16,  // FutureObj.fut_loop
      fut_callback0: 24,  // FutureObj.fut_callback0
      fut_context0: 32,  // FutureObj.fut_context0
      fut_callbacks: 40,  // FutureObj.fut_callbacks
      fut_exception: 48,  // FutureObj.fut_exception
      fut_exception_tb: 56,  // FutureObj.fut_exception_tb
      fut_result: 64,  // FutureObj.fut_result
      fut_source_tb: 72,  // FutureObj.fut_source_tb
      fut_cancel_msg: 80,  // FutureObj.fut_cancel_msg
      cancelledType: nil,
      cancelledValue: nil,
      cancelledTraceback: nil,
      fut_cancelled_exc: 88,  // FutureObj.fut_cancelled_exc
      fut_awaited_by: 96,  // FutureObj.fut_awaited_by
      fut_state: 104  // FutureObj.fut_state
    ),
    task: TaskLayout(
      size: 168,  // sizeof(TaskObj)
      task_fut_waiter: 120,  // TaskObj.task_fut_waiter
      task_coro: 128,  // TaskObj.task_coro
      task_name: 136,  // TaskObj.task_name
      task_context: 144  // TaskObj.task_context
    ),
    memoryView: MemoryViewLayout(
      size: 144,  // PyMemoryViewObject.ob_array
      mbuf: 24,  // PyMemoryViewObject.mbuf
      flags: 40,  // PyMemoryViewObject.flags
      buf: 56,  // PyMemoryViewObject.view.buf
      obj: 64,  // PyMemoryViewObject.view.obj
      len: 72,  // PyMemoryViewObject.view.len
      itemsize: 80,  // PyMemoryViewObject.view.itemsize
      readonly: 88,  // PyMemoryViewObject.view.readonly
      ndim: 92,  // PyMemoryViewObject.view.ndim
      format: 96,  // PyMemoryViewObject.view.format
      shape: 104,  // PyMemoryViewObject.view.shape
      strides: 112  // PyMemoryViewObject.view.strides
    ),
    managedBuffer: ManagedBufferLayout(
      size: 112,  // sizeof(_PyManagedBufferObject)
      exports: 24,  // _PyManagedBufferObject.exports
      obj: 40  // _PyManagedBufferObject.master.obj
    ),
    mmap: MmapLayout(
      size: 88,  // sizeof(mmap_object)
      data: 16,  // mmap_object.data
      length: 24,  // mmap_object.size
      pos: 32,  // mmap_object.pos
      fd: 56  // mmap_object.fd
    ),
    capsule: CapsuleLayout(
      size: 64,  // sizeof(PyCapsule)
      pointer: 16,  // PyCapsule.pointer
      name: 24,  // PyCapsule.name
      traverse_func: 48  // PyCapsule.traverse_func
    ),
    cData: CDataLayout(
      size: 96,  // sizeof(tagCDataObject)
      b_ptr: 16,  // tagCDataObject.b_ptr
      b_base: 32,  // tagCDataObject.b_base
      b_size: 40,  // tagCDataObject.b_size
      b_length: 48,  // tagCDataObject.b_length
      b_objects: 64  // tagCDataObject.b_objects
    ),
    cFunctionPointer: CFunctionPointerLayout(
      size: 160,  // sizeof(PyCFuncPtrObject)
      thunk: 96,  // PyCFuncPtrObject.thunk
      callable: 104,  // PyCFuncPtrObject.callable
      converters: 112,  // PyCFuncPtrObject.converters
      argtypes: 120,  // PyCFuncPtrObject.argtypes
      restype: 128,  // PyCFuncPtrObject.restype
      checker: 136,  // PyCFuncPtrObject.checker
      errcheck: 144,  // PyCFuncPtrObject.errcheck
      paramflags: 152  // PyCFuncPtrObject.paramflags
    ),
    cField: CFieldLayout(
      size: 80,  // sizeof(CFieldObject)
      offset: 16,  // CFieldObject.byte_offset
      byteSize: 24,  // CFieldObject.byte_size
      bitSize: 65,  // CFieldObject.bitfield_size
      bitOffset: 66,  // CFieldObject.bit_offset
      proto: 40  // CFieldObject.proto
    ),
    exception: ExceptionLayout(
      size: 72,  // sizeof(PyBaseExceptionObject)
      args: 24,  // PyBaseExceptionObject.args
      notes: 32,  // PyBaseExceptionObject.notes
      traceback: 40,  // PyBaseExceptionObject.traceback
      context: 48,  // PyBaseExceptionObject.context
      cause: 56,  // PyBaseExceptionObject.cause
      suppress_context: 64,  // PyBaseExceptionObject.suppress_context
      importErrorText: .arguments
    ),
    decimal: DecimalLayout(
      size: 104,  // sizeof(PyDecObject)
      flags: 24,  // PyDecObject.dec.flags
      exp: 32,  // PyDecObject.dec.exp
      digits: 40,  // PyDecObject.dec.digits
      len: 48,  // PyDecObject.dec.len
      alloc: 56,  // PyDecObject.dec.alloc
      data: 64  // PyDecObject.dec.data
    ),
    structFormat: StructLayout(
      size: 56,  // sizeof(PyStructObject)
      s_size: 16,  // PyStructObject.s_size
      s_codes: 32,  // PyStructObject.s_codes
      s_format: 40,  // PyStructObject.s_format
      formatKind: .visited,
      codeSize: 32,  // sizeof(_formatcode)
      fmtdef: 0  // _formatcode.fmtdef
    ),
    namespace: NamespaceLayout(
      size: 24,  // sizeof(_PyNamespaceObject)
      ns_dict: 16  // _PyNamespaceObject.ns_dict
    ),
    pattern: PatternLayout(
      size: 88,  // PatternObject.code
      groupindex: 32,  // PatternObject.groupindex
      indexgroup: 40,  // PatternObject.indexgroup
      pattern: 48,  // PatternObject.pattern
      flags: 56,  // PatternObject.flags
      codesize: 80  // PatternObject.codesize
    ),
    match: MatchLayout(
      size: 80,  // MatchObject.mark
      string: 24,  // MatchObject.string
      regs: 32,  // MatchObject.regs
      pattern: 40,  // MatchObject.pattern
      groups: 72,  // MatchObject.groups
      mark: 80  // MatchObject.mark
    ),
    lock: LockLayout(
      size: 24,  // sizeof(lockobject)
      locked: 16,  // lockobject.lock._bits
      semaphore: nil
    ),
    recursiveLock: RecursiveLockLayout(
      size: 40,  // sizeof(rlockobject)
      owner: 24,  // rlockobject.lock.thread
      count: 32,  // rlockobject.lock.level
      mutex: 16,  // rlockobject.lock.mutex._bits
      semaphore: nil
    ),
    processLock: ProcessLockLayout(
      size: 56,  // sizeof(SemLockObject)
      handle: 16,  // SemLockObject.handle
      last_tid: 24,  // SemLockObject.last_tid
      count: 32,  // SemLockObject.count
      maxvalue: 36,  // SemLockObject.maxvalue
      kind: 40  // SemLockObject.kind
    ),
    socket: SocketLayout(
      size: 56,  // sizeof(PySocketSockObject)
      sock_fd: 16,  // PySocketSockObject.sock_fd
      sock_family: 20,  // PySocketSockObject.sock_family
      sock_type: 24,  // PySocketSockObject.sock_type
      sock_proto: 28  // PySocketSockObject.sock_proto
    ),
    pickler: PicklerLayout(
      size: 152,  // sizeof(PicklerObject)
      memo: 16,  // PicklerObject.memo
      persistent_id: 24,  // PicklerObject.persistent_id
      persistent_id_attr: 32,  // PicklerObject.persistent_id_attr
      dispatch_table: 40,  // PicklerObject.dispatch_table
      reducer_override: 48,  // PicklerObject.reducer_override
      write: 56,  // PicklerObject.write
      output_buffer: 64,  // PicklerObject.output_buffer
      fast_memo: 136,  // PicklerObject.fast_memo
      buffer_callback: 144,  // PicklerObject.buffer_callback
      memoKind: .visited,
      memoSize: 32,  // sizeof(PyMemoTable)
      memoEntrySize: 16,  // sizeof(PyMemoEntry)
      mt_allocated: 16,  // PyMemoTable.mt_allocated
      mt_table: 24,  // PyMemoTable.mt_table
      me_key: 0  // PyMemoEntry.me_key
    ),
    unpickler: UnpicklerLayout(
      size: 296,  // sizeof(UnpicklerObject)
      stack: 16,  // UnpicklerObject.stack
      memo: 24,  // UnpicklerObject.memo
      memo_size: 32,  // UnpicklerObject.memo_size
      persistent_load: 48,  // UnpicklerObject.persistent_load
      persistent_load_attr: 56,  // UnpicklerObject.persistent_load_attr
      input_line: 152,  // UnpicklerObject.input_line
      read: 200,  // UnpicklerObject.read
      readinto: 208,  // UnpicklerObject.readinto
      readline: 216,  // UnpicklerObject.readline
      peek: 224,  // UnpicklerObject.peek
      buffers: 232,  // UnpicklerObject.buffers
      encoding: 240,  // UnpicklerObject.encoding
      errors: 248,  // UnpicklerObject.errors
      marks: 256,  // UnpicklerObject.marks
      marks_size: 272,  // UnpicklerObject.marks_size
      memoKind: .visited
    ),
    element: ElementLayout(
      size: 56,  // sizeof(ElementObject)
      tag: 16,  // ElementObject.tag
      text: 24,  // ElementObject.text
      tail: 32,  // ElementObject.tail
      extra: 40,  // ElementObject.extra
      extraSize: 64,  // sizeof(ElementObjectExtra)
      attrib: 0,  // ElementObjectExtra.attrib
      length: 8,  // ElementObjectExtra.length
      allocated: 16,  // ElementObjectExtra.allocated
      children: 24,  // ElementObjectExtra.children
      ownChildren: 32  // ElementObjectExtra._children
    ),
    atexit: AtexitLayout(
      callbacks: nil,
      callbackCount: nil,
      callbackSize: 0  // none
    ),
    zoneInfoState: ZoneInfoStateLayout(
      strongCache: 48,  // zoneinfo_state.ZONEINFO_STRONG_CACHE
      next: 0,  // StrongCacheNode.next
      key: 16,  // StrongCacheNode.key
      zone: 24,  // StrongCacheNode.zone
      nodeSize: 32  // sizeof(StrongCacheNode)
    ),
    decimalState: DecimalStateLayout(
      signal_map: 176,  // decimal_state.signal_map
      cond_map: 184,  // decimal_state.cond_map
      fqname: 8,  // DecCondMap.fqname
      exception: 24,  // DecCondMap.ex
      entrySize: 32  // sizeof(DecCondMap)
    ),
    teeData: TeeDataLayout(
      size: 496,  // sizeof(teedataobject)
      it: 16,  // teedataobject.it
      numread: 24,  // teedataobject.numread
      nextlink: 32,  // teedataobject.nextlink
      values: 40  // teedataobject.values
    ),
    combinatoric: CombinatoricLayout(
      size: 56,  // sizeof(combinationsobject)
      pool: 16,  // combinationsobject.pool
      result: 32,  // combinationsobject.result
      r: 40,  // combinationsobject.r
      stopped: 48,  // combinationsobject.stopped
      permutationsSize: 64,  // sizeof(permutationsobject)
      permutationsPool: 16,  // permutationsobject.pool
      permutationsResult: 40,  // permutationsobject.result
      permutationsR: 48,  // permutationsobject.r
      permutationsStopped: 56,  // permutationsobject.stopped
      productSize: 48,  // sizeof(productobject)
      pools: 16,  // productobject.pools
      productResult: 32,  // productobject.result
      productStopped: 40  // productobject.stopped
    ),
    dateTime: DateTimeLayout(
      dateSize: 32,  // sizeof(PyDateTime_Date)
      date: 25,  // PyDateTime_Date.data
      timeSize: 40,  // sizeof(PyDateTime_Time)
      timeHasZone: 24,  // PyDateTime_Time.hastzinfo
      time: 25,  // PyDateTime_Time.data
      timeFold: 31,  // PyDateTime_Time.fold
      timeZone: 32,  // PyDateTime_Time.tzinfo
      dateTimeSize: 48,  // sizeof(PyDateTime_DateTime)
      dateTimeHasZone: 24,  // PyDateTime_DateTime.hastzinfo
      dateTime: 25,  // PyDateTime_DateTime.data
      dateTimeFold: 35,  // PyDateTime_DateTime.fold
      dateTimeZone: 40,  // PyDateTime_DateTime.tzinfo
      deltaSize: 40,  // sizeof(PyDateTime_Delta)
      days: 24,  // PyDateTime_Delta.days
      seconds: 28,  // PyDateTime_Delta.seconds
      microseconds: 32,  // PyDateTime_Delta.microseconds
      zoneSize: 32,  // sizeof(PyDateTime_TimeZone)
      offset: 16,  // PyDateTime_TimeZone.offset
      name: 24  // PyDateTime_TimeZone.name
    )
  )
}
