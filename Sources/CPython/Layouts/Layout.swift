package import MemoryImage

/// Where everything lies in the structures of one CPython version: a table of sizes and typed offsets.
///
/// Version differences live here and nowhere else. A field that a version does not have is nil, and the rest of the
/// code asks for its presence, never for a version. The tables themselves are generated: see `Layout+3.10.swift`.
package struct Layout: Sendable, Equatable {
  /// The version the table is for.
  package let version: PythonVersion
  /// What the table was made from, for messages: "headers and debug information of CPython 3.10.13".
  package let source: String

  package var object: ObjectLayout
  package var gcHead: GCHeadLayout
  package var type: TypeLayout
  package var long: LongLayout
  package var float: FloatLayout
  package var complex: ComplexLayout
  package var unicode: UnicodeLayout
  package var bytes: BytesLayout
  package var byteArray: ByteArrayLayout
  package var tuple: TupleLayout
  package var list: ListLayout
  package var dict: DictLayout
  package var dictKeys: DictKeysLayout
  package var dictValues: DictValuesLayout
  package var instance: InstanceLayout
  package var set: SetLayout
  package var cell: CellLayout
  package var function: FunctionLayout
  package var method: MethodLayout
  package var builtinFunction: BuiltinFunctionLayout
  package var module: ModuleLayout
  package var moduleDefinition: ModuleDefinitionLayout
  package var code: CodeLayout
  package var generator: GeneratorLayout
  package var frame: FrameLayout
  /// `_PyInterpreterFrame`; nil before 3.11, where the frame object holds everything.
  package var interpreterFrame: InterpreterFrameLayout?
  package var memberDefinition: MemberDefinitionLayout
  package var pymalloc: PymallocLayout
  package var runtime: RuntimeLayout
  package var interpreter: InterpreterLayout
  package var thread: ThreadLayout
  package var gil: GILLayout
  package var errorStackItem: ErrorStackItemLayout
  /// Since 3.11, where frames lie on a stack of the thread's own.
  package var stackChunk: StackChunkLayout?
  package var traceback: TracebackLayout

  // The structures of the files …Layouts.swift.
  package var deque: DequeLayout
  package var orderedDict: OrderedDictLayout
  package var defaultDict: DefaultDictLayout
  package var simpleQueue: SimpleQueueLayout
  package var array: ArrayLayout
  package var lruCache: LRUCacheLayout
  package var bytesIO: BytesIOLayout
  package var stringIO: StringIOLayout
  package var buffered: BufferedLayout
  package var fileIO: FileIOLayout
  package var textIO: TextIOLayout
  package var context: ContextLayout
  package var hamt: HamtLayout
  package var future: FutureLayout
  package var task: TaskLayout
  package var memoryView: MemoryViewLayout
  package var managedBuffer: ManagedBufferLayout
  package var mmap: MmapLayout
  package var capsule: CapsuleLayout
  package var cData: CDataLayout
  package var cFunctionPointer: CFunctionPointerLayout
  package var cField: CFieldLayout
  package var exception: ExceptionLayout
  package var decimal: DecimalLayout
  package var structFormat: StructLayout
  package var namespace: NamespaceLayout
  package var pattern: PatternLayout
  package var match: MatchLayout
  package var lock: LockLayout
  package var recursiveLock: RecursiveLockLayout
  package var socket: SocketLayout
  package var pickler: PicklerLayout
  package var unpickler: UnpicklerLayout
  package var element: ElementLayout
  package var atexit: AtexitLayout
  package var decimalState: DecimalStateLayout
  package var teeData: TeeDataLayout
  package var combinatoric: CombinatoricLayout
  package var dateTime: DateTimeLayout
}

// The structures follow CPython's, in the order of `Layout`; every field names the C field it stands for.

/// `PyObject` and `PyVarObject` (Include/object.h).
package struct ObjectLayout: Sendable, Equatable {
  /// `sizeof(PyObject)` and `sizeof(PyVarObject)`.
  package var size: Int
  package var varSize: Int
  package var ob_refcnt: FieldOffset<UInt64>
  package var ob_type: FieldOffset<Address>
  package var ob_size: FieldOffset<Int>
  /// How the word at `ob_refcnt` is to be read.
  package var referenceCount: ReferenceCountRule
}

/// `PyGC_Head`, the two words before an object that the cyclic collector may track (Include/internal/pycore_gc.h).
package struct GCHeadLayout: Sendable, Equatable {
  package var size: Int
  package var gc_next: FieldOffset<UInt64>
  package var gc_prev: FieldOffset<UInt64>
}

/// `PyTypeObject` and `PyHeapTypeObject` (Include/cpython/object.h).
package struct TypeLayout: Sendable, Equatable {
  /// `sizeof(PyTypeObject)` and `sizeof(PyHeapTypeObject)`.
  package var size: Int
  package var heapSize: Int
  package var tp_name: FieldOffset<Address>
  package var tp_basicsize: FieldOffset<Int>
  package var tp_itemsize: FieldOffset<Int>
  package var tp_dealloc: FieldOffset<Address>
  package var tp_repr: FieldOffset<Address>
  package var tp_flags: FieldOffset<UInt64>
  package var tp_doc: FieldOffset<Address>
  package var tp_traverse: FieldOffset<Address>
  package var tp_weaklistoffset: FieldOffset<Int>
  package var tp_members: FieldOffset<Address>
  package var tp_getset: FieldOffset<Address>
  package var tp_base: FieldOffset<Address>
  package var tp_dict: FieldOffset<Address>
  package var tp_dictoffset: FieldOffset<Int>
  package var tp_new: FieldOffset<Address>
  package var tp_is_gc: FieldOffset<Address>
  package var tp_bases: FieldOffset<Address>
  package var tp_mro: FieldOffset<Address>
  package var tp_cache: FieldOffset<Address>
  package var tp_subclasses: FieldOffset<Address>
  package var tp_weaklist: FieldOffset<Address>
  package var tp_version_tag: FieldOffset<UInt32>
  package var tp_vectorcall: FieldOffset<Address>
  /// Since 3.12 (gh-91051): one bit for each type watcher.
  package var tp_watched: FieldOffset<UInt8>?
  /// What `sys.getsizeof` counts before a static type, where there is nothing.
  package var staticPreheaderSize: Int
  package var ht_name: FieldOffset<Address>
  package var ht_slots: FieldOffset<Address>
  package var ht_qualname: FieldOffset<Address>
  package var ht_cached_keys: FieldOffset<Address>
  /// Since 3.9 (PEP 573).
  package var ht_module: FieldOffset<Address>?
}

/// `PyLongObject` (Include/cpython/longintrepr.h).
package struct LongLayout: Sendable, Equatable {
  package var size: Int
  /// Since 3.12 (gh-101291): sign and number of digits in one word; before, `ob_size` holds both.
  package var lv_tag: FieldOffset<UInt64>?
  /// The digits that `sys.getsizeof` counts for zero.
  package var leastDigitCount: Int
  package var ob_digit: FieldOffset<UInt32>
}

/// `PyFloatObject` (Include/cpython/floatobject.h).
package struct FloatLayout: Sendable, Equatable {
  package var size: Int
  package var ob_fval: FieldOffset<Double>
}

/// `PyComplexObject` (Include/cpython/complexobject.h).
package struct ComplexLayout: Sendable, Equatable {
  package var size: Int
  /// `cval.real` and `cval.imag`.
  package var real: FieldOffset<Double>
  package var imag: FieldOffset<Double>
}

/// `PyASCIIObject`, `PyCompactUnicodeObject`, `PyUnicodeObject` (Include/cpython/unicodeobject.h).
package struct UnicodeLayout: Sendable, Equatable {
  package var asciiSize: Int
  package var compactSize: Int
  package var size: Int
  package var length: FieldOffset<Int>
  package var hash: FieldOffset<Int>
  package var state: FieldOffset<UInt32>
  /// The deprecated `wchar_t` representation; gone in 3.12 (PEP 623).
  package var wstr: FieldOffset<Address>?
  package var wstr_length: FieldOffset<Int>?
  package var utf8_length: FieldOffset<Int>
  package var utf8: FieldOffset<Address>
  /// `data.any`.
  package var data: FieldOffset<Address>
  /// Where the bit fields `interned`, `kind`, `compact` and `ascii` begin in `state`.
  package var internedShift: UInt32
  package var kindShift: UInt32
  package var compactShift: UInt32
  package var asciiShift: UInt32
  /// The bit that says that the string is ready to be read; gone in 3.12 (PEP 623).
  package var readyShift: UInt32?
}

/// `PyBytesObject` (Include/cpython/bytesobject.h).
package struct BytesLayout: Sendable, Equatable {
  package var size: Int
  package var ob_sval: FieldOffset<UInt8>
}

/// `PyByteArrayObject` (Include/cpython/bytearrayobject.h).
package struct ByteArrayLayout: Sendable, Equatable {
  package var size: Int
  package var ob_alloc: FieldOffset<Int>
  package var ob_bytes: FieldOffset<Address>
  package var ob_start: FieldOffset<Address>
}

/// `PyTupleObject` (Include/cpython/tupleobject.h).
package struct TupleLayout: Sendable, Equatable {
  package var size: Int
  package var ob_item: FieldOffset<Address>
}

/// `PyListObject` (Include/cpython/listobject.h).
package struct ListLayout: Sendable, Equatable {
  package var size: Int
  package var ob_item: FieldOffset<Address>
  package var allocated: FieldOffset<Int>
}

/// `PyDictObject` (Include/cpython/dictobject.h).
package struct DictLayout: Sendable, Equatable {
  package var size: Int
  package var ma_used: FieldOffset<Int>
  package var ma_keys: FieldOffset<Address>
  package var ma_values: FieldOffset<Address>
}

/// `struct _dictkeysobject` (Objects/dict-common.h, since 3.11 Include/internal/pycore_dict.h).
package struct DictKeysLayout: Sendable, Equatable {
  /// The offset of `dk_indices`, which is also the structure's size without its tables.
  package var dk_indices: FieldOffset<UInt8>
  package var dk_refcnt: FieldOffset<Int>
  /// Before 3.11: the number of slots of the hash table, and the function that looks keys up.
  package var dk_size: FieldOffset<Int>?
  package var dk_lookup: FieldOffset<Address>?
  /// Since 3.11 (bpo-46845): its logarithm, that of the bytes of the index table, and the kind of keys.
  package var dk_log2_size: FieldOffset<UInt8>?
  package var dk_log2_index_bytes: FieldOffset<UInt8>?
  package var dk_kind: FieldOffset<UInt8>?
  package var dk_usable: FieldOffset<Int>
  package var dk_nentries: FieldOffset<Int>
}

/// `struct _dictvalues`, the values of a split table (Include/internal/pycore_dict.h).
package struct DictValuesLayout: Sendable, Equatable {
  /// Where the values begin; 0 before 3.11, where `ma_values` is a plain array of pointers.
  package var values: FieldOffset<Address>
  /// Since 3.13 (gh-115776): how many values there is room for, are used, and whether they lie in the object itself.
  package var capacity: FieldOffset<UInt8>?
  package var usedSize: FieldOffset<UInt8>?
  package var embedded: FieldOffset<UInt8>?
  package var valid: FieldOffset<UInt8>?
  /// In 3.11 and 3.12: where the number of values in use lies; before it lies the order of insertion, backwards.
  package var prefixSize: Int?
}

/// Where instances of Python classes keep what lies before the object (Include/internal/pycore_object.h).
package struct InstanceLayout: Sendable, Equatable {
  /// `MANAGED_DICT_OFFSET`: the pointer to the `__dict__`, for types with `Py_TPFLAGS_MANAGED_DICT`. Since 3.11.
  package var managedDict: Int?
  /// `MANAGED_WEAKREF_OFFSET`: the weak references, for types with `Py_TPFLAGS_MANAGED_WEAKREF`. Since 3.12.
  package var managedWeakref: Int?
  /// The pointer to the attributes' values where the instance has no dict yet. In 3.11 and 3.12.
  package var managedValues: Int?
  /// What is added to that pointer where it shares a word with the one to the dict. In 3.12.
  package var managedValuesTag: UInt64
  /// What the collector visits of an instance that has both values and a dict.
  package var traversal: InstanceTraversal
}

/// What `PyObject_VisitManagedDict` visits of an instance that keeps its attributes in itself and has a `__dict__` too.
package enum InstanceTraversal: Sendable, Equatable {
  /// The values alone, as long as they are the dict's. In 3.13 up to 3.13.12, and in 3.14 up to 3.14.3.
  case valuesFirst
  /// The dict alone (gh-130327).
  case dictFirst
}

/// `PySetObject` and `setentry` (Include/cpython/setobject.h).
package struct SetLayout: Sendable, Equatable {
  package var size: Int
  package var fill: FieldOffset<Int>
  package var used: FieldOffset<Int>
  package var mask: FieldOffset<Int>
  package var table: FieldOffset<Address>
  package var smalltable: FieldOffset<UInt8>
  package var entrySize: Int
  /// `setentry.key` and `setentry.hash`.
  package var entryKey: FieldOffset<Address>
  package var entryHash: FieldOffset<Int>
}

/// `PyCellObject` (Include/cpython/cellobject.h).
package struct CellLayout: Sendable, Equatable {
  package var size: Int
  package var ob_ref: FieldOffset<Address>
}

/// `PyFunctionObject` (Include/cpython/funcobject.h).
package struct FunctionLayout: Sendable, Equatable {
  package var size: Int
  package var func_globals: FieldOffset<Address>
  package var func_builtins: FieldOffset<Address>?
  package var func_name: FieldOffset<Address>
  package var func_qualname: FieldOffset<Address>
  package var func_code: FieldOffset<Address>
  package var func_defaults: FieldOffset<Address>
  package var func_kwdefaults: FieldOffset<Address>
  package var func_closure: FieldOffset<Address>
  package var func_doc: FieldOffset<Address>
  package var func_dict: FieldOffset<Address>
  package var func_module: FieldOffset<Address>
  package var func_annotations: FieldOffset<Address>
  /// Since 3.14 (PEP 649).
  package var func_annotate: FieldOffset<Address>?
  /// Since 3.12 (PEP 695).
  package var func_typeparams: FieldOffset<Address>?
}

/// `PyMethodObject` (Include/cpython/classobject.h).
package struct MethodLayout: Sendable, Equatable {
  package var size: Int
  package var im_func: FieldOffset<Address>
  package var im_self: FieldOffset<Address>
}

/// `PyCFunctionObject` and the head of `PyMethodDef` (Include/cpython/methodobject.h, Include/methodobject.h).
package struct BuiltinFunctionLayout: Sendable, Equatable {
  package var size: Int
  package var m_ml: FieldOffset<Address>
  package var m_self: FieldOffset<Address>
  package var m_module: FieldOffset<Address>
  /// Since 3.9: the class that defines a method of the type `builtin_method` (`PyCMethodObject`).
  package var mm_class: FieldOffset<Address>?
  /// `PyMethodDef.ml_name`.
  package var ml_name: FieldOffset<Address>
}

/// `PyModuleObject` (Include/internal/pycore_moduleobject.h).
package struct ModuleLayout: Sendable, Equatable {
  package var size: Int
  package var md_dict: FieldOffset<Address>
  package var md_name: FieldOffset<Address>
  /// What the module's C code keeps for it, and the definition that says how much that is.
  package var md_state: FieldOffset<Address>
  package var md_def: FieldOffset<Address>
}

/// `PyModuleDef` (Include/moduleobject.h).
package struct ModuleDefinitionLayout: Sendable, Equatable {
  package var size: Int
  package var m_name: FieldOffset<Address>
  /// The bytes of `md_state`.
  package var m_size: FieldOffset<Int>
}

/// `PyCodeObject` (Include/cpython/code.h).
package struct CodeLayout: Sendable, Equatable {
  package var size: Int
  package var co_argcount: FieldOffset<Int32>
  package var co_posonlyargcount: FieldOffset<Int32>
  package var co_kwonlyargcount: FieldOffset<Int32>
  package var co_stacksize: FieldOffset<Int32>
  package var co_flags: FieldOffset<Int32>
  package var co_firstlineno: FieldOffset<Int32>
  package var co_consts: FieldOffset<Address>
  package var co_names: FieldOffset<Address>
  package var co_filename: FieldOffset<Address>
  package var co_name: FieldOffset<Address>
  package var co_linetable: FieldOffset<Address>
  package var co_extra: FieldOffset<Address>
  /// Before 3.11, but for `co_nlocals`, which newer versions keep.
  package var co_code: FieldOffset<Address>?
  package var co_nlocals: FieldOffset<Int32>?
  package var co_varnames: FieldOffset<Address>?
  package var co_freevars: FieldOffset<Address>?
  package var co_cellvars: FieldOffset<Address>?
  package var co_cell2arg: FieldOffset<Address>?
  package var co_opcache: FieldOffset<Address>?
  package var co_opcache_size: FieldOffset<UInt8>?
  /// Since 3.11.
  package var co_qualname: FieldOffset<Address>?
  package var co_exceptiontable: FieldOffset<Address>?
  package var co_localsplusnames: FieldOffset<Address>?
  package var co_localspluskinds: FieldOffset<Address>?
  package var co_nlocalsplus: FieldOffset<Int32>?
  package var co_code_adaptive: FieldOffset<UInt8>?
  /// The number of the first instruction at which the frame counts as begun (`_co_firsttraceable`).
  package var co_firsttraceable: FieldOffset<Int32>?
  /// What was asked for as an attribute and is kept: code, variables, cells and free variables (`_PyCoCached`).
  package var co_cached: FieldOffset<Address>?
  /// How `co_linetable` is written.
  package var lineTableFormat: LineTable.Format
}

/// `PyGenObject`, the same in its head as `PyCoroObject` and `PyAsyncGenObject`.
package struct GeneratorLayout: Sendable, Equatable {
  /// `sizeof(PyGenObject)`, `sizeof(PyCoroObject)` and `sizeof(PyAsyncGenObject)`.
  package var size: Int
  package var coroutineSize: Int
  package var asyncGeneratorSize: Int
  package var gi_name: FieldOffset<Address>
  package var gi_qualname: FieldOffset<Address>
  /// `gi_exc_state.exc_value`.
  package var exc_value: FieldOffset<Address>
  /// Before 3.11: its type and traceback, which the exception says itself afterwards.
  package var exc_type: FieldOffset<Address>?
  package var exc_traceback: FieldOffset<Address>?
  /// Before 3.11.
  package var gi_frame: FieldOffset<Address>?
  package var gi_code: FieldOffset<Address>?
  /// Since 3.11: the state and the frame itself, inside the generator.
  package var gi_frame_state: FieldOffset<Int8>?
  package var gi_iframe: FieldOffset<UInt8>?
  /// `cr_origin` and `ag_finalizer` (`ag_origin_or_finalizer` in newer versions).
  package var cr_origin: FieldOffset<Address>
  package var ag_finalizer: FieldOffset<Address>
  /// The value of `gi_frame_state` for a generator not yet started, and the lowest one for one that has ended.
  package var createdState: Int8
  package var finishedState: Int8
  /// How to tell that a suspended one waits for what another yields.
  package var delegation: DelegationRule
}

/// How a suspended generator shows that it stands in `yield from` or `await` (`_PyGen_yf`, Objects/genobject.c).
package enum DelegationRule: Sendable, Equatable {
  /// The next instruction is `YIELD_FROM`. Before 3.11.
  case yieldFrom
  /// The next instruction is a `RESUME` whose argument says so. In 3.11 and 3.12.
  case resumeArgument
  /// Its state is `FRAME_SUSPENDED_YIELD_FROM`, the one below zero that is nearest to it. Since 3.13.
  case state
}

/// `PyFrameObject` (Include/cpython/frameobject.h, since 3.11 Include/internal/pycore_frame.h).
package struct FrameLayout: Sendable, Equatable {
  package var size: Int
  package var f_back: FieldOffset<Address>
  package var f_lineno: FieldOffset<Int32>
  /// Before 3.11, but for `f_trace`, which newer versions keep.
  package var f_code: FieldOffset<Address>?
  package var f_builtins: FieldOffset<Address>?
  package var f_globals: FieldOffset<Address>?
  package var f_locals: FieldOffset<Address>?
  package var f_trace: FieldOffset<Address>?
  package var f_valuestack: FieldOffset<Address>?
  /// The number of values on the evaluation stack (3.10), or the address behind the last one, null while it runs.
  package var f_stackdepth: FieldOffset<Int32>?
  package var f_stacktop: FieldOffset<Address>?
  package var f_gen: FieldOffset<Address>?
  package var f_lasti: FieldOffset<Int32>?
  package var f_state: FieldOffset<Int8>?
  /// Before 3.10, where frames have no state: whether it is executing.
  package var f_executing: FieldOffset<Int8>?
  package var f_localsplus: FieldOffset<Address>?
  /// Before 3.11: the blocks that the frame is in, `try` and `with` among them; and where a block (`PyTryBlock`) says what it
  /// is, and how many values the evaluation stack held when it began.
  package var f_iblock: FieldOffset<Int32>?
  package var f_blockstack: FieldOffset<UInt8>?
  package var blockSize: Int?
  package var b_type: FieldOffset<Int32>?
  package var b_level: FieldOffset<Int32>?
  /// The bytes that `f_lasti` counts.
  package var lastiUnit: Int
  /// Since 3.11: the interpreter frame, and the place for one whose thread has left it.
  package var f_frame: FieldOffset<Address>?
  package var f_frame_data: FieldOffset<UInt8>?
  /// Since 3.13 (PEP 667): local variables that code added by `frame.f_locals`, the dict that C code was given, and since
  /// 3.14 what was written over.
  package var f_extra_locals: FieldOffset<Address>?
  package var f_locals_cache: FieldOffset<Address>?
  package var f_overwritten_fast_locals: FieldOffset<Address>?
}

/// `struct _PyInterpreterFrame` (Include/internal/pycore_frame.h).
package struct InterpreterFrameLayout: Sendable, Equatable {
  package var size: Int
  package var previous: FieldOffset<Address>
  /// `f_executable`; before 3.13 `f_code`.
  package var f_executable: FieldOffset<Address>
  /// `f_funcobj`; in 3.11 `f_func`.
  package var f_funcobj: FieldOffset<Address>
  package var f_globals: FieldOffset<Address>
  package var f_builtins: FieldOffset<Address>
  package var f_locals: FieldOffset<Address>
  package var frame_obj: FieldOffset<Address>
  /// `instr_ptr`; before 3.13 `prev_instr`.
  package var instr_ptr: FieldOffset<Address>
  /// Before 3.14: the number of used slots of `localsplus`.
  package var stacktop: FieldOffset<Int32>?
  /// Since 3.14: the address behind the last used slot.
  package var stackpointer: FieldOffset<Address>?
  package var owner: FieldOffset<Int8>
  package var localsplus: FieldOffset<Address>
  /// The low bits of a stack reference that are not part of the pointer: 0 before 3.14, where slots are plain pointers.
  ///
  /// A slot with all of them set is no pointer but a tagged integer (`Py_INT_TAG`).
  package var tagMask: UInt64
}

/// `PyMemberDef` (Include/structmember.h, since 3.12 Include/descrobject.h).
package struct MemberDefinitionLayout: Sendable, Equatable {
  package var size: Int
  package var name: FieldOffset<Address>
  /// The kind of C value (`type`), and where it lies in the object.
  package var type: FieldOffset<Int32>
  package var offset: FieldOffset<Int>
}

/// `struct pool_header` of pymalloc (Objects/obmalloc.c, since 3.12 Include/internal/pycore_obmalloc.h).
package struct PymallocLayout: Sendable, Equatable {
  /// `POOL_SIZE` and `ARENA_SIZE`, in bytes.
  package var poolSize: Int
  package var arenaSize: Int
  /// `POOL_OVERHEAD`: the header's size, rounded up to the alignment.
  package var headerSize: Int
  /// `ALIGNMENT`, the difference between neighbouring size classes.
  package var alignment: Int
  /// `SMALL_REQUEST_THRESHOLD`, the largest block.
  package var largestBlock: Int
  /// `ref.count`, the number of blocks in use.
  package var count: FieldOffset<UInt32>
  package var freeblock: FieldOffset<Address>
  package var szidx: FieldOffset<UInt32>
  package var nextoffset: FieldOffset<UInt32>
  package var maxnextoffset: FieldOffset<UInt32>
}

/// How the word that holds an object's reference count is to be read.
package enum ReferenceCountRule: Sendable, Equatable {
  /// All 64 bits are the count. Before 3.12.
  case wholeWord
  /// The low 32 bits are the count, and a count with bit 31 set is immortal (PEP 683). In 3.12 and 3.13.
  case lowHalf
  /// The same, and the bits above 48 are flags. Since 3.14.
  case lowHalfBesideFlags
}
