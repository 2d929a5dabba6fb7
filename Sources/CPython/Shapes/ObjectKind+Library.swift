import MemoryImage

extension ObjectKind {
  /// The kind of the instances of the standard library's C type `name` (`tp_name`); nil if there is none.
  init?(libraryTypeName name: String) {
    switch name {
    case "collections.deque": self = .deque
    case "collections.OrderedDict": self = .orderedDict
    case "collections.defaultdict": self = .defaultDict
    case "array.array": self = .array
    case "functools._lru_cache_wrapper": self = .lruCache
    case "_io.BytesIO": self = .bytesIO
    case "_io.StringIO": self = .stringIO
    case "_io.BufferedReader", "_io.BufferedWriter", "_io.BufferedRandom": self = .buffered
    case "memoryview": self = .memoryView
    case "mmap.mmap": self = .mmap
    case "PyCapsule": self = .capsule
    case "hamt": self = .hamt
    case "hamt_bitmap_node": self = .hamtBitmapNode
    case "hamt_array_node": self = .hamtArrayNode
    case "hamt_collision_node": self = .hamtCollisionNode
    case "_asyncio.Future": self = .future
    case "_asyncio.Task": self = .task
    case "_struct.Struct", "Struct": self = .structFormat
    case "decimal.Decimal": self = .decimal
    case "_ctypes._CData": self = .cData
    case "_ctypes.PyCFuncPtr", "_ctypes.CFuncPtr": self = .cFunctionPointer
    case "_pickle.Pickler": self = .pickler
    case "_pickle.Unpickler": self = .unpickler
    case "xml.etree.ElementTree.Element": self = .element
    default: self.init(smallLibraryTypeName: name)
    }
  }

  private init?(smallLibraryTypeName name: String) {
    switch name {
    case "itertools._tee_dataobject": self = .teeData
    case "itertools.combinations", "itertools.combinations_with_replacement": self = .combinations
    case "itertools.permutations": self = .permutations
    case "itertools.product": self = .product
    case "_queue.SimpleQueue": self = .simpleQueue
    case "numpy.ndarray": self = .arrayOfNumpy
    case "numpy.dtype": self = .arrayDescriptor
    case "numpy.bytes_": self = .numpyBytes
    case "multidict._multidict.MultiDict", "multidict._multidict.CIMultiDict": self = .multiDict
    // These two derive from `float` and `complex` first.
    case "numpy.generic", "numpy.float64", "numpy.complex128": self = .numpyScalar
    case "datetime.date": self = .date
    case "datetime.time": self = .time
    case "datetime.datetime": self = .dateTime
    case "datetime.timedelta": self = .timeDelta
    case "datetime.timezone": self = .timeZone
    default: return nil
    }
  }

  /// Whether `__sizeof__` counts memory outside the object's own block.
  package var keepsMemoryElsewhere: Bool {
    switch self {
    case .list, .dict, .set, .byteArray, .deque, .orderedDict, .defaultDict, .array, .bytesIO, .buffered, .structFormat,
      .decimal, .pickler, .unpickler, .element, .simpleQueue, .combinations, .permutations, .product, .arrayOfNumpy,
      .numpyScalar, .multiDict:
      true
    default: false
    }
  }

  /// Whether an instance of a subclass prints like one of the kind's own type, with the subclass's name.
  var namesSubclasses: Bool {
    switch self {
    case .future, .task, .cData, .cFunctionPointer, .arrayOfNumpy, .arrayDescriptor, .numpyScalar, .multiDict: true
    default: false
    }
  }
}

extension Layout {
  /// `tp_basicsize` of the type whose instances are of the kind, in bytes; nil if its layout is not in doubt.
  ///
  /// Types of the library change their form between releases: one of another size is read as an unknown type.
  func basicSize(of kind: ObjectKind) -> Int? {
    switch kind {
    case .deque: deque.size
    case .orderedDict: orderedDict.size
    case .defaultDict: defaultDict.size
    case .array: array.size
    case .lruCache: lruCache.size
    case .bytesIO: bytesIO.size
    case .stringIO: stringIO.size
    case .buffered: buffered.size
    case .memoryView: memoryView.size
    case .mmap: mmap.size
    case .capsule: capsule.size
    case .hamt: hamt.size
    case .hamtArrayNode: hamt.arrayNodeSize
    case .hamtBitmapNode: hamt.b_array.bytes
    case .hamtCollisionNode: hamt.c_array.bytes
    case .future: future.size
    case .task: task.size
    case .structFormat: structFormat.size
    case .decimal: decimal.size
    case .cData: cData.size
    case .cFunctionPointer: cFunctionPointer.size
    case .pickler: pickler.size
    case .unpickler: unpickler.size
    case .element: element.size
    case .teeData: teeData.size
    case .combinations: combinatoric.size
    case .permutations: combinatoric.permutationsSize
    case .product: combinatoric.productSize
    case .simpleQueue: simpleQueue.size
    case .date: dateTime.dateSize
    case .time: dateTime.timeSize
    case .dateTime: dateTime.dateTimeSize
    case .timeDelta: dateTime.deltaSize
    case .timeZone: dateTime.zoneSize
    default: nil
    }
  }
}
