// Generated from CPython 3.9.18 by `tests/layouts/generate.py --version 3.9`. Do not edit.

import MemoryImage

extension Layout {
  /// The structures of CPython 3.9 on 64-bit Linux, with the GIL; each line names the C field it comes from.
  package static let cpython3_9 = Layout(
    version: PythonVersion(3, 9),
    source: "headers and debug information of CPython 3.9.18",
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
      heapSize: 880,  // sizeof(PyHeapTypeObject)
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
      staticPreheaderSize: 0,  // no such field
      ht_name: 840,  // PyHeapTypeObject.ht_name
      ht_slots: 848,  // PyHeapTypeObject.ht_slots
      ht_qualname: 856,  // PyHeapTypeObject.ht_qualname
      ht_cached_keys: 864,  // PyHeapTypeObject.ht_cached_keys
      ht_module: 872  // PyHeapTypeObject.ht_module
    ),
    long: LongLayout(
      size: 32,  // sizeof(PyLongObject)
      lv_tag: nil,
      leastDigitCount: 0,  // no such field
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
      ob_start: 40,  // PyByteArrayObject.ob_start
      ob_bytes_object: nil
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
      dk_lookup: 16,  // _dictkeysobject.dk_lookup
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
      valid: nil,
      prefixSize: nil
    ),
    instance: InstanceLayout(
      managedDict: nil,
      managedWeakref: nil,
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
      size: 120,  // sizeof(PyFunctionObject)
      func_globals: 24,  // PyFunctionObject.func_globals
      func_builtins: nil,
      func_name: 64,  // PyFunctionObject.func_name
      func_qualname: 104,  // PyFunctionObject.func_qualname
      func_code: 16,  // PyFunctionObject.func_code
      func_defaults: 32,  // PyFunctionObject.func_defaults
      func_kwdefaults: 40,  // PyFunctionObject.func_kwdefaults
      func_closure: 48,  // PyFunctionObject.func_closure
      func_doc: 56,  // PyFunctionObject.func_doc
      func_dict: 72,  // PyFunctionObject.func_dict
      func_module: 88,  // PyFunctionObject.func_module
      func_annotations: 96,  // PyFunctionObject.func_annotations
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
      co_linetable: 120,  // PyCodeObject.co_lnotab
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
      co_code_adaptive: nil,
      co_firsttraceable: nil,
      co_cached: nil,
      lineTableFormat: .lnotab
    ),
    generator: GeneratorLayout(
      size: 96,  // sizeof(PyGenObject)
      coroutineSize: 104,  // sizeof(PyCoroObject)
      asyncGeneratorSize: 120,  // sizeof(PyAsyncGenObject)
      gi_name: 48,  // PyGenObject.gi_name
      gi_qualname: 56,  // PyGenObject.gi_qualname
      exc_value: 72,  // PyGenObject.gi_exc_state.exc_value
      exc_type: 64,  // PyGenObject.gi_exc_state.exc_type
      exc_traceback: 80,  // PyGenObject.gi_exc_state.exc_traceback
      gi_frame: 16,  // PyGenObject.gi_frame
      gi_code: 32,  // PyGenObject.gi_code
      gi_frame_state: nil,
      gi_iframe: nil,
      cr_origin: 96,  // PyCoroObject.cr_origin
      ag_finalizer: 96,  // PyAsyncGenObject.ag_finalizer
      createdState: 0,  // no such field
      delegatingState: 0,  // no such field
      executingState: 0,  // no such field
      clearedState: 0,  // no such field
      delegation: .yieldFrom,
      delegateDepth: 1  // _PyGen_yf
    ),
    frame: FrameLayout(
      size: 368,  // sizeof(_frame)
      f_back: 24,  // _frame.f_back
      f_lineno: 108,  // _frame.f_lineno
      f_code: 32,  // _frame.f_code
      f_builtins: 40,  // _frame.f_builtins
      f_globals: 48,  // _frame.f_globals
      f_locals: 56,  // _frame.f_locals
      f_trace: 80,  // _frame.f_trace
      f_valuestack: 64,  // _frame.f_valuestack
      f_stackdepth: nil,
      f_stacktop: 72,  // _frame.f_stacktop
      f_gen: 96,  // _frame.f_gen
      f_lasti: 104,  // _frame.f_lasti
      f_state: nil,
      f_executing: 116,  // _frame.f_executing
      f_localsplus: 360,  // _frame.f_localsplus
      f_iblock: 112,  // _frame.f_iblock
      f_blockstack: 120,  // _frame.f_blockstack
      blockSize: 12,  // sizeof(PyTryBlock)
      b_type: 0,  // PyTryBlock.b_type
      b_level: 8,  // PyTryBlock.b_level
      lastiUnit: 1,  // bytes
      f_frame: nil,
      f_frame_data: nil,
      f_extra_locals: nil,
      f_locals_cache: nil,
      f_overwritten_fast_locals: nil
    ),
    interpreterFrame: nil,
    memberDefinition: MemberDefinitionLayout(
      size: 40,  // sizeof(PyMemberDef)
      name: 0,  // PyMemberDef.name
      type: 8,  // PyMemberDef.type
      offset: 16  // PyMemberDef.offset
    ),
    pymalloc: PymallocLayout(
      poolSize: 4096,  // sys._debugmallocstats(POOL_SIZE)
      arenaSize: 262144,  // sys._debugmallocstats(ARENA_SIZE)
      headerSize: 48,  // sys._debugmallocstats(POOL_OVERHEAD)
      alignment: 16,  // sys._debugmallocstats(ALIGNMENT)
      largestBlock: 512,  // sys._debugmallocstats(SMALL_REQUEST_THRESHOLD)
      count: 0,  // pool_header.ref.count
      freeblock: 8,  // pool_header.freeblock
      szidx: 36,  // pool_header.szidx
      nextoffset: 40,  // pool_header.nextoffset
      maxnextoffset: 44  // pool_header.maxnextoffset
    ),
    runtime: RuntimeLayout(
      size: 656,  // sizeof(_PyRuntimeState)
      interpreters_head: 32,  // _PyRuntimeState.interpreters.head
      interpreters_main: 40,  // _PyRuntimeState.interpreters.main
      finalizing: 16,  // _PyRuntimeState._finalizing
      gil: 352  // _PyRuntimeState.ceval.gil
    ),
    interpreter: InterpreterLayout(
      size: 5656,  // sizeof(_is)
      next: 0,  // _is.next
      threads_head: 8,  // _is.tstate_head
      id: 24,  // _is.id
      runtime: 16,  // _is.runtime
      modules: 856,  // _is.modules
      sysdict: 872,  // _is.sysdict
      builtins: 880,  // _is.builtins
      gil: nil
    ),
    thread: ThreadLayout(
      size: 264,  // sizeof(_ts)
      prev: 0,  // _ts.prev
      next: 8,  // _ts.next
      interp: 16,  // _ts.interp
      frame: 24,  // _ts.frame
      cframe: nil,
      cframe_current_frame: nil,
      current_frame: nil,
      thread_id: 176,  // _ts.thread_id
      native_thread_id: nil,
      datastack_chunk: nil,
      current_exception: 96,  // _ts.curexc_value
      exc_info: 144,  // _ts.exc_info
      exc_state: 112  // _ts.exc_state
    ),
    gil: GILLayout(
      size: 208,  // sizeof(_gil_runtime_state)
      last_holder: 8,  // _gil_runtime_state.last_holder
      locked: 16  // _gil_runtime_state.locked
    ),
    errorStackItem: ErrorStackItemLayout(
      size: 32,  // sizeof(_err_stackitem)
      exc_value: 8,  // _err_stackitem.exc_value
      previous_item: 24  // _err_stackitem.previous_item
    ),
    stackChunk: nil,
    traceback: TracebackLayout(
      size: 40,  // sizeof(_traceback)
      tb_next: 16,  // _traceback.tb_next
      tb_frame: 24,  // _traceback.tb_frame
      tb_lasti: 32,  // _traceback.tb_lasti
      tb_lineno: 36  // _traceback.tb_lineno
    ),
    deque: DequeLayout(
      size: 80,  // sizeof(dequeobject)
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
      size: 56,  // sizeof(simplequeueobject)
      lst: 32,  // simplequeueobject.lst
      items: nil,
      items_cap: nil,
      get_idx: nil,
      num_items: nil,
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
      size: 136,  // sizeof(lru_cache_object)
      typed: 64,  // lru_cache_object.typed
      cache: 72,  // lru_cache_object.cache
      hits: 80,  // lru_cache_object.hits
      function: 88,  // lru_cache_object.func
      maxsize: 96,  // lru_cache_object.maxsize
      misses: 104,  // lru_cache_object.misses
      kwd_mark: nil,
      lru_list_elem_type: nil,
      cache_info_type: 112,  // lru_cache_object.cache_info_type
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
      bufferKind: .held
    ),
    stringIO: StringIOLayout(
      size: 120,  // sizeof(stringio)
      buf: 16,  // stringio.buf
      pos: 24,  // stringio.pos
      string_size: 32,  // stringio.string_size
      buf_size: 40,  // stringio.buf_size
      state: 48,  // stringio.state
      closed: 73,  // stringio.closed
      decoder: 80,  // stringio.decoder
      readnl: 88,  // stringio.readnl
      writenl: 96,  // stringio.writenl
      newlineKind: .held,
      large: 56,  // stringio.accu.large
      small: 64,  // stringio.accu.small
      writerBuffer: nil,
      writerCount: nil,
      writer: nil,
      writerStructureBuffer: nil,
      writerStructureCount: nil
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
      size: 192,  // sizeof(textio)
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
      size: 144,  // sizeof(FutureObj)
      fut_loop: 16,  // FutureObj.fut_loop
      fut_callback0: 24,  // FutureObj.fut_callback0
      fut_context0: 32,  // FutureObj.fut_context0
      fut_callbacks: 40,  // FutureObj.fut_callbacks
      fut_exception: 48,  // FutureObj.fut_exception
      fut_exception_tb: nil,
      fut_result: 56,  // FutureObj.fut_result
      fut_source_tb: 64,  // FutureObj.fut_source_tb
      fut_cancel_msg: 72,  // FutureObj.fut_cancel_msg
      cancelledType: 112,  // FutureObj.fut_cancelled_exc_state.exc_type
      cancelledValue: 120,  // FutureObj.fut_cancelled_exc_state.exc_value
      cancelledTraceback: 128,  // FutureObj.fut_cancelled_exc_state.exc_traceback
      fut_cancelled_exc: nil,
      fut_awaited_by: nil,
      fut_state: 80  // FutureObj.fut_state
    ),
    task: TaskLayout(
      size: 184,  // sizeof(TaskObj)
      task_fut_waiter: 144,  // TaskObj.task_fut_waiter
      task_coro: 152,  // TaskObj.task_coro
      task_name: 160,  // TaskObj.task_name
      task_context: 168  // TaskObj.task_context
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
      size: 80,  // sizeof(mmap_object)
      data: 16,  // mmap_object.data
      length: 24,  // mmap_object.size
      pos: 32,  // mmap_object.pos
      fd: 56  // mmap_object.fd
    ),
    capsule: CapsuleLayout(
      size: 48,  // sizeof(PyCapsule)
      pointer: 16,  // PyCapsule.pointer
      name: 24,  // PyCapsule.name
      traverse_func: nil
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
      size: 72,  // sizeof(CFieldObject)
      offset: 16,  // CFieldObject.offset
      byteSize: 24,  // CFieldObject.size
      bitSize: nil,
      bitOffset: nil,
      proto: 40  // CFieldObject.proto
    ),
    exception: ExceptionLayout(
      size: 64,  // sizeof(PyBaseExceptionObject)
      args: 24,  // PyBaseExceptionObject.args
      notes: nil,
      traceback: 32,  // PyBaseExceptionObject.traceback
      context: 40,  // PyBaseExceptionObject.context
      cause: 48,  // PyBaseExceptionObject.cause
      suppress_context: 56,  // PyBaseExceptionObject.suppress_context
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
      formatKind: .held,
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
      size: 40,  // sizeof(lockobject)
      locked: 32,  // lockobject.locked
      semaphore: 16  // lockobject.lock_lock
    ),
    recursiveLock: RecursiveLockLayout(
      size: 48,  // sizeof(rlockobject)
      owner: 24,  // rlockobject.rlock_owner
      count: 32,  // rlockobject.rlock_count
      mutex: nil,
      semaphore: 16  // rlockobject.rlock_lock
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
      size: 48,  // sizeof(PySocketSockObject)
      sock_fd: 16,  // PySocketSockObject.sock_fd
      sock_family: 20,  // PySocketSockObject.sock_family
      sock_type: 24,  // PySocketSockObject.sock_type
      sock_proto: 28  // PySocketSockObject.sock_proto
    ),
    pickler: PicklerLayout(
      size: 152,  // sizeof(PicklerObject)
      memo: 16,  // PicklerObject.memo
      persistent_id: 24,  // PicklerObject.pers_func
      persistent_id_attr: nil,
      dispatch_table: 40,  // PicklerObject.dispatch_table
      reducer_override: 48,  // PicklerObject.reducer_override
      write: 56,  // PicklerObject.write
      output_buffer: 64,  // PicklerObject.output_buffer
      fast_memo: 136,  // PicklerObject.fast_memo
      buffer_callback: 144,  // PicklerObject.buffer_callback
      memoKind: .held,
      memoSize: 32,  // sizeof(PyMemoTable)
      memoEntrySize: 16,  // sizeof(PyMemoEntry)
      mt_allocated: 16,  // PyMemoTable.mt_allocated
      mt_table: 24,  // PyMemoTable.mt_table
      me_key: 0  // PyMemoEntry.me_key
    ),
    unpickler: UnpicklerLayout(
      size: 272,  // sizeof(UnpicklerObject)
      stack: 16,  // UnpicklerObject.stack
      memo: 24,  // UnpicklerObject.memo
      memo_size: 32,  // UnpicklerObject.memo_size
      persistent_load: 48,  // UnpicklerObject.pers_func
      persistent_load_attr: nil,
      input_line: 152,  // UnpicklerObject.input_line
      read: 184,  // UnpicklerObject.read
      readinto: 192,  // UnpicklerObject.readinto
      readline: 200,  // UnpicklerObject.readline
      peek: 208,  // UnpicklerObject.peek
      buffers: 216,  // UnpicklerObject.buffers
      encoding: 224,  // UnpicklerObject.encoding
      errors: 232,  // UnpicklerObject.errors
      marks: 240,  // UnpicklerObject.marks
      marks_size: 256,  // UnpicklerObject.marks_size
      memoKind: .held
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
      callbacks: 0,  // atexitmodule_state.atexit_callbacks
      callbackCount: 8,  // atexitmodule_state.ncallbacks
      callbackSize: 24  // sizeof(atexit_callback)
    ),
    zoneInfoState: ZoneInfoStateLayout(
      strongCache: nil,
      next: nil,
      key: nil,
      zone: nil,
      nodeSize: 0  // none
    ),
    decimalState: DecimalStateLayout(
      signal_map: nil,
      cond_map: nil,
      fqname: nil,
      exception: nil,
      entrySize: 0  // none
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
