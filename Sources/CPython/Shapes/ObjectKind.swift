/// The C structure of an object, as far as this tool supports it: that of the nearest base type with a layout.
package enum ObjectKind: UInt8, Sendable, CaseIterable, BitwiseCopyable {
  case type, none, bool, int, float, complex, str, bytes, byteArray, tuple, list, dict, set, cell, function, method
  case builtinFunction, module, code, generator, coroutine, asyncGenerator, frame
  // Of the standard library: see `ObjectKind+Library.swift`.
  case deque, orderedDict, defaultDict, array, lruCache, bytesIO, stringIO, buffered, memoryView, mmap, capsule
  case hamt, hamtBitmapNode, hamtArrayNode, hamtCollisionNode, future, task, structFormat, decimal
  case cData, cFunctionPointer, pickler, unpickler, element, teeData, combinations, permutations, product
  case date, time, dateTime, timeDelta, timeZone, simpleQueue
  // Of NumPy.
  case arrayOfNumpy, arrayDescriptor, numpyScalar, numpyBytes
  // Of the package multidict.
  case multiDict
  /// A C structure that a generated table describes: see `StructureLayout`.
  case structure
  /// No structure of its own: read by `tp_members`, `tp_dictoffset` and the sizes in the type.
  case generic

  /// Whether the fields of a C type's object are unknown: any of its words may be a reference.
  var isWalkedByWords: Bool { self == .generic || self == .multiDict }

  /// Whether the structure holds no pointers to objects.
  package var isLeaf: Bool {
    switch self {
    case .none, .bool, .int, .float, .complex, .str, .bytes: true
    default: false
    }
  }

  /// The kind of the instances of the type `name` (`tp_name`); nil if there is none.
  ///
  /// This is the registry: a new kind is one case above, and one row each here and in `ObjectHeader+Dispatch.swift`.
  package init?(staticTypeName name: String) {
    switch name {
    case "type": self = .type
    case "NoneType": self = .none
    case "bool": self = .bool
    case "int": self = .int
    case "float": self = .float
    case "complex": self = .complex
    case "str": self = .str
    case "bytes": self = .bytes
    case "bytearray": self = .byteArray
    case "tuple": self = .tuple
    case "list": self = .list
    case "dict", "frozendict": self = .dict
    case "set", "frozenset": self = .set
    case "cell": self = .cell
    case "function": self = .function
    case "method": self = .method
    case "builtin_function_or_method": self = .builtinFunction
    case "module": self = .module
    case "code": self = .code
    case "generator": self = .generator
    case "coroutine": self = .coroutine
    case "async_generator": self = .asyncGenerator
    case "frame": self = .frame
    default: self.init(libraryTypeName: name)
    }
  }
}
