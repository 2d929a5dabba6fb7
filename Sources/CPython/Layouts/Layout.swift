package import MemoryImage

/// The structures of one CPython version: a table of sizes and typed offsets.
///
/// Version differences are here and nowhere else. A field that a version does not have is nil, and the rest of the code
/// tests for its presence, never for a version. The tables themselves are generated: see `Layout+3.10.swift`.
package struct Layout: Sendable, Equatable {
  /// The version the table is for.
  package let version: PythonVersion
  /// The patch release whose tables were taken, if it is not the one whose tables are whole: see `PatchReleases`.
  var releaseMicro: Int?
  /// The source of the table, for messages: "headers and debug information of CPython 3.10.13".
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
  /// Since 3.11, where frames are on a data stack of the thread.
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
  package var processLock: ProcessLockLayout
  package var socket: SocketLayout
  package var pickler: PicklerLayout
  package var unpickler: UnpicklerLayout
  package var element: ElementLayout
  package var atexit: AtexitLayout
  package var zoneInfoState: ZoneInfoStateLayout
  package var decimalState: DecimalStateLayout
  package var teeData: TeeDataLayout
  package var combinatoric: CombinatoricLayout
  package var dateTime: DateTimeLayout
}

// The structures follow CPython's, in the order of `Layout`; every field has the name of its C field.

/// `PyObject` and `PyVarObject` (Include/object.h).
package struct ObjectLayout: Sendable, Equatable {
  /// `sizeof(PyObject)` and `sizeof(PyVarObject)`.
  package var size: Int
  package var varSize: Int
  package var ob_refcnt: FieldOffset<UInt64>
  package var ob_type: FieldOffset<Address>
  package var ob_size: FieldOffset<Int>
  /// The encoding of the word at `ob_refcnt`.
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
  /// The number of bytes that `sys.getsizeof` counts before a static type, although nothing is there.
  package var staticPreheaderSize: Int
  package var ht_name: FieldOffset<Address>
  package var ht_slots: FieldOffset<Address>
  package var ht_qualname: FieldOffset<Address>
  package var ht_cached_keys: FieldOffset<Address>
  /// Since 3.9 (PEP 573).
  package var ht_module: FieldOffset<Address>?
}

/// The fields before the object of an instance of a Python class (Include/internal/pycore_object.h).
package struct InstanceLayout: Sendable, Equatable {
  /// `MANAGED_DICT_OFFSET`: the pointer to the `__dict__`, for types with `Py_TPFLAGS_MANAGED_DICT`. Since 3.11.
  package var managedDict: Int?
  /// `MANAGED_WEAKREF_OFFSET`: the weak references, for types with `Py_TPFLAGS_MANAGED_WEAKREF`. Since 3.12.
  package var managedWeakref: Int?
  /// The pointer to the attributes' values while the instance has no dict. In 3.11 and 3.12.
  package var managedValues: Int?
  /// The tag of this pointer where it shares a word with the one to the dict. The word plus the tag is the address. In 3.12.
  package var managedValuesTag: UInt64
  /// What the collector visits if an instance has both values and a dict.
  package var traversal: InstanceTraversal
}

/// What `PyObject_VisitManagedDict` visits if an instance keeps its attributes in itself and also has a `__dict__`.
package enum InstanceTraversal: Sendable, Equatable {
  /// The values alone, as long as they are the dict's. In 3.13 up to 3.13.12, and in 3.14 up to 3.14.3.
  case valuesFirst
  /// The dict alone (gh-130327).
  case dictFirst
}

/// `PyMemberDef` (Include/structmember.h, since 3.12 Include/descrobject.h).
package struct MemberDefinitionLayout: Sendable, Equatable {
  package var size: Int
  package var name: FieldOffset<Address>
  /// The kind of C value (`type`), and its offset in the object.
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

/// The encoding of the word that holds an object's reference count.
package enum ReferenceCountRule: Sendable, Equatable {
  /// All 64 bits are the count. Before 3.12.
  case wholeWord
  /// The low 32 bits are the count, and a count with bit 31 set is immortal (PEP 683). In 3.12 and 3.13.
  case lowHalf
  /// The same, and the bits above 48 are flags. Since 3.14.
  case lowHalfBesideFlags
}
