package import MemoryImage

// C types of the standard library with memory or a printed form of their own.

/// `PyBaseExceptionObject`, which all exceptions begin with (Include/cpython/pyerrors.h).
package struct ExceptionLayout: Sendable, Equatable {
  package var size: Int
  package var args: FieldOffset<Address>
  /// Since 3.11 (PEP 678).
  package var notes: FieldOffset<Address>?
  package var traceback: FieldOffset<Address>
  package var context: FieldOffset<Address>
  package var cause: FieldOffset<Address>
  package var suppress_context: FieldOffset<Int8>
  /// What the text of an `ImportError` shows.
  package var importErrorText: ImportErrorText
}

/// What the text of an `ImportError` shows (`ImportError_repr`, Objects/exceptions.c).
package enum ImportErrorText: Sendable, Equatable {
  case arguments
  /// Also `name` and `path`, if they were given. Since 3.15.
  case argumentsAndNames
}

/// `PyDecObject` with the `mpd_t` in it (Modules/_decimal/_decimal.c, libmpdec/mpdecimal.h).
package struct DecimalLayout: Sendable, Equatable {
  package var size: Int
  package var flags: FieldOffset<UInt8>
  package var exp: FieldOffset<Int>
  package var digits: FieldOffset<Int>
  package var len: FieldOffset<Int>
  package var alloc: FieldOffset<Int>
  package var data: FieldOffset<Address>
}

/// `PyStructObject` and `formatcode` (Modules/_struct.c).
package struct StructLayout: Sendable, Equatable {
  package var size: Int
  package var s_size: FieldOffset<Int>
  package var s_codes: FieldOffset<Address>
  package var s_format: FieldOffset<Address>
  /// Whether the collector visits `s_format`: since 3.10.
  package var formatKind: ReferentKind
  /// `sizeof(formatcode)`; the array ends with one whose `fmtdef` is null.
  package var codeSize: Int
  package var fmtdef: FieldOffset<Address>
}

/// `_PyNamespaceObject` (Objects/namespaceobject.c).
package struct NamespaceLayout: Sendable, Equatable {
  package var size: Int
  package var ns_dict: FieldOffset<Address>
}

/// `PatternObject` (Modules/_sre/sre.h).
package struct PatternLayout: Sendable, Equatable {
  /// The offset of `code`.
  package var size: Int
  package var groupindex: FieldOffset<Address>
  package var indexgroup: FieldOffset<Address>
  package var pattern: FieldOffset<Address>
  package var flags: FieldOffset<Int32>
  package var codesize: FieldOffset<Int>
}

/// `MatchObject` (Modules/_sre/sre.h).
package struct MatchLayout: Sendable, Equatable {
  /// The offset of `mark`, two positions for each group and for the whole.
  package var size: Int
  package var string: FieldOffset<Address>
  package var regs: FieldOffset<Address>
  package var pattern: FieldOffset<Address>
  package var groups: FieldOffset<Int>
  package var mark: FieldOffset<Int>
}

/// `lockobject` (Modules/_threadmodule.c).
package struct LockLayout: Sendable, Equatable {
  package var size: Int
  /// Whether the lock is held; since 3.14 the lowest bit of a `PyMutex`.
  package var locked: FieldOffset<Int8>
  /// The semaphore that a thread waits on (`lock_lock`), before 3.14.
  package var semaphore: FieldOffset<Address>?
}

/// `rlockobject` (Modules/_threadmodule.c).
package struct RecursiveLockLayout: Sendable, Equatable {
  package var size: Int
  package var owner: FieldOffset<UInt64>
  package var count: FieldOffset<Int>
  /// Since 3.14: a `PyMutex`, whose lowest bit shows whether the lock is held; `count` is then one less than the number
  /// of times.
  package var mutex: FieldOffset<Int8>?
  /// The semaphore that a thread waits on (`rlock_lock`), before 3.14.
  package var semaphore: FieldOffset<Address>?
}

/// `SemLockObject` (Modules/_multiprocessing/multiprocessing.h).
package struct ProcessLockLayout: Sendable, Equatable {
  package var size: Int
  /// The semaphore, in memory that processes share.
  package var handle: FieldOffset<Address>
  /// The thread of this process that took the lock last, and how often this process holds it.
  package var last_tid: FieldOffset<UInt64>
  package var count: FieldOffset<Int32>
  package var maxvalue: FieldOffset<Int32>
  package var kind: FieldOffset<Int32>
}

/// `PySocketSockObject` (Modules/socketmodule.h).
package struct SocketLayout: Sendable, Equatable {
  package var size: Int
  package var sock_fd: FieldOffset<Int32>
  package var sock_family: FieldOffset<Int32>
  package var sock_type: FieldOffset<Int32>
  package var sock_proto: FieldOffset<Int32>
}

/// `PicklerObject`, `PyMemoTable` and `PyMemoEntry` (Modules/_pickle.c).
package struct PicklerLayout: Sendable, Equatable {
  package var size: Int
  package var memo: FieldOffset<Address>
  /// Before 3.13 `pers_func`.
  package var persistent_id: FieldOffset<Address>
  /// Since 3.14.
  package var persistent_id_attr: FieldOffset<Address>?
  package var dispatch_table: FieldOffset<Address>
  package var reducer_override: FieldOffset<Address>
  package var write: FieldOffset<Address>
  package var output_buffer: FieldOffset<Address>
  package var fast_memo: FieldOffset<Address>
  package var buffer_callback: FieldOffset<Address>
  /// Whether the collector visits the memo's keys: since 3.11.
  package var memoKind: ReferentKind
  /// `sizeof(PyMemoTable)` and `sizeof(PyMemoEntry)`.
  package var memoSize: Int
  package var memoEntrySize: Int
  package var mt_allocated: FieldOffset<Int>
  package var mt_table: FieldOffset<Address>
  package var me_key: FieldOffset<Address>
}

/// `UnpicklerObject` (Modules/_pickle.c).
package struct UnpicklerLayout: Sendable, Equatable {
  package var size: Int
  package var stack: FieldOffset<Address>
  package var memo: FieldOffset<Address>
  package var memo_size: FieldOffset<Int>
  /// Before 3.13 `pers_func`.
  package var persistent_load: FieldOffset<Address>
  /// Since 3.14.
  package var persistent_load_attr: FieldOffset<Address>?
  package var input_line: FieldOffset<Address>
  package var read: FieldOffset<Address>
  package var readinto: FieldOffset<Address>
  package var readline: FieldOffset<Address>
  package var peek: FieldOffset<Address>
  package var buffers: FieldOffset<Address>
  package var encoding: FieldOffset<Address>
  package var errors: FieldOffset<Address>
  package var marks: FieldOffset<Address>
  package var marks_size: FieldOffset<Int>
  /// Whether the collector visits the memo's objects.
  package var memoKind: ReferentKind
}

/// `ElementObject` and `ElementObjectExtra` (Modules/_elementtree.c).
package struct ElementLayout: Sendable, Equatable {
  package var size: Int
  package var tag: FieldOffset<Address>
  package var text: FieldOffset<Address>
  package var tail: FieldOffset<Address>
  package var extra: FieldOffset<Address>
  /// `sizeof(ElementObjectExtra)`.
  package var extraSize: Int
  package var attrib: FieldOffset<Address>
  package var length: FieldOffset<Int>
  package var allocated: FieldOffset<Int>
  package var children: FieldOffset<Address>
  /// `_children`, the room for a few children in the structure itself.
  package var ownChildren: FieldOffset<UInt8>
}

/// `teedataobject` (Modules/itertoolsmodule.c).
package struct TeeDataLayout: Sendable, Equatable {
  package var size: Int
  package var it: FieldOffset<Address>
  package var numread: FieldOffset<Int32>
  package var nextlink: FieldOffset<Address>
  /// `values`, `LINKCELLS` pointers.
  package var values: FieldOffset<Address>
}

/// `combinationsobject`, `cwrobject`, `permutationsobject` and `productobject` (Modules/itertoolsmodule.c).
package struct CombinatoricLayout: Sendable, Equatable {
  /// The structure of combinations, with and without repetition.
  package var size: Int
  package var pool: FieldOffset<Address>
  package var result: FieldOffset<Address>
  package var r: FieldOffset<Int>
  /// Whether the iterator is exhausted.
  package var stopped: FieldOffset<Int32>
  package var permutationsSize: Int
  package var permutationsPool: FieldOffset<Address>
  package var permutationsResult: FieldOffset<Address>
  package var permutationsR: FieldOffset<Int>
  package var permutationsStopped: FieldOffset<Int32>
  package var productSize: Int
  package var pools: FieldOffset<Address>
  package var productResult: FieldOffset<Address>
  package var productStopped: FieldOffset<Int32>
}

/// `PyDateTime_Date`, `PyDateTime_Time`, `PyDateTime_DateTime`, `PyDateTime_Delta` (Include/datetime.h) and
/// `PyDateTime_TimeZone` (Modules/_datetimemodule.c).
package struct DateTimeLayout: Sendable, Equatable {
  package var dateSize: Int
  package var date: FieldOffset<UInt8>
  package var timeSize: Int
  package var timeHasZone: FieldOffset<Int8>
  package var time: FieldOffset<UInt8>
  package var timeFold: FieldOffset<UInt8>
  package var timeZone: FieldOffset<Address>
  package var dateTimeSize: Int
  package var dateTimeHasZone: FieldOffset<Int8>
  package var dateTime: FieldOffset<UInt8>
  package var dateTimeFold: FieldOffset<UInt8>
  package var dateTimeZone: FieldOffset<Address>
  package var deltaSize: Int
  package var days: FieldOffset<Int32>
  package var seconds: FieldOffset<Int32>
  package var microseconds: FieldOffset<Int32>
  package var zoneSize: Int
  package var offset: FieldOffset<Address>
  package var name: FieldOffset<Address>
}
