/// The `tp_flags` of a type (Include/object.h). Bits have the same meaning in all versions that have them.
package struct TypeFlags: OptionSet, Sendable, Hashable, BitwiseCopyable {
  package let rawValue: UInt64
  @inlinable
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Instances hold the values of their attributes after their own fields. Since 3.13.
  @inlinable package static var inlineValues: TypeFlags { TypeFlags(rawValue: 1 << 2) }
  /// A static type that the runtime itself manages (`_Py_TPFLAGS_STATIC_BUILTIN`). Since 3.12.
  @inlinable package static var staticBuiltin: TypeFlags { TypeFlags(rawValue: 1 << 1) }
  /// Instances have a pointer to their weak references before the object. Since 3.12.
  @inlinable package static var managedWeakref: TypeFlags { TypeFlags(rawValue: 1 << 3) }
  /// Instances have a pointer to their `__dict__` before the object. Since 3.11.
  @inlinable package static var managedDict: TypeFlags { TypeFlags(rawValue: 1 << 4) }
  /// The type was allocated at run time: it is a `PyHeapTypeObject`.
  @inlinable package static var heapType: TypeFlags { TypeFlags(rawValue: 1 << 9) }
  /// `PyType_Ready` has run.
  @inlinable package static var ready: TypeFlags { TypeFlags(rawValue: 1 << 12) }
  /// Instances have a head for the cyclic garbage collector before the object.
  @inlinable package static var gc: TypeFlags { TypeFlags(rawValue: 1 << 14) }
  /// Subclasses of the built-in types, one bit for each.
  @inlinable package static var longSubclass: TypeFlags { TypeFlags(rawValue: 1 << 24) }
  @inlinable package static var listSubclass: TypeFlags { TypeFlags(rawValue: 1 << 25) }
  @inlinable package static var tupleSubclass: TypeFlags { TypeFlags(rawValue: 1 << 26) }
  @inlinable package static var bytesSubclass: TypeFlags { TypeFlags(rawValue: 1 << 27) }
  @inlinable package static var unicodeSubclass: TypeFlags { TypeFlags(rawValue: 1 << 28) }
  @inlinable package static var dictSubclass: TypeFlags { TypeFlags(rawValue: 1 << 29) }
  @inlinable package static var baseExceptionSubclass: TypeFlags { TypeFlags(rawValue: 1 << 30) }
  @inlinable package static var typeSubclass: TypeFlags { TypeFlags(rawValue: 1 << 31) }
}
