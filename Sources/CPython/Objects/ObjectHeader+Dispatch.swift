package import MemoryImage

/// An operation on an object of any kind, compiled once for each kind: no existential in a loop.
private protocol ObjectOperation {
  associatedtype Result
  /// Applies the operation. `body` serves operations that walk. No closure is stored, so none is allocated for an object.
  func callAsFunction(_ object: some PythonObject, _ inferior: Inferior, _ body: ReferentBody) -> Result
}

extension ObjectHeader {
  /// Applies an operation to the object. This is the only place where the kind of an object decides which structure reads it.
  ///
  /// - Throws: `MemoryFault` if not all of the structure is in the dump.
  @inline(__always)
  private func apply<Operation: ObjectOperation>(
    _ operate: Operation, in inferior: Inferior, _ body: ReferentBody = { _, _, _ in }
  ) throws(MemoryFault) -> Operation.Result {
    func operation(_ object: some PythonObject, _ inferior: Inferior) -> Operation.Result {
      operate(object, inferior, body)
    }
    return switch type.kind {
    case .type: try operation(PyTypeObject(self, in: inferior), inferior)
    case .none: try operation(PyNoneObject(self, in: inferior), inferior)
    case .bool, .int: try operation(PyLongObject(self, in: inferior), inferior)
    case .float: try operation(PyFloatObject(self, in: inferior), inferior)
    case .complex: try operation(PyComplexObject(self, in: inferior), inferior)
    case .str: try operation(PyUnicodeObject(self, in: inferior), inferior)
    case .bytes: try operation(PyBytesObject(self, in: inferior), inferior)
    case .byteArray: try operation(PyByteArrayObject(self, in: inferior), inferior)
    case .tuple: try operation(PyTupleObject(self, in: inferior), inferior)
    case .list: try operation(PyListObject(self, in: inferior), inferior)
    case .dict: try operation(PyDictObject(self, in: inferior), inferior)
    case .set: try operation(PySetObject(self, in: inferior), inferior)
    case .cell: try operation(PyCellObject(self, in: inferior), inferior)
    case .function: try operation(PyFunctionObject(self, in: inferior), inferior)
    case .method: try operation(PyMethodObject(self, in: inferior), inferior)
    case .builtinFunction: try operation(PyCFunctionObject(self, in: inferior), inferior)
    case .module: try operation(PyModuleObject(self, in: inferior), inferior)
    case .code: try operation(PyCodeObject(self, in: inferior), inferior)
    case .generator, .coroutine, .asyncGenerator: try operation(PyGenObject(self, in: inferior), inferior)
    case .frame: try operation(PyFrameObject(self, in: inferior), inferior)
    case .deque: try operation(DequeObject(self, in: inferior), inferior)
    case .orderedDict: try operation(PyODictObject(self, in: inferior), inferior)
    case .defaultDict: try operation(DefaultDictObject(self, in: inferior), inferior)
    case .array: try operation(ArrayObject(self, in: inferior), inferior)
    case .lruCache: try operation(LRUCacheObject(self, in: inferior), inferior)
    case .bytesIO: try operation(BytesIOObject(self, in: inferior), inferior)
    case .stringIO: try operation(StringIOObject(self, in: inferior), inferior)
    case .buffered: try operation(BufferedObject(self, in: inferior), inferior)
    case .memoryView: try operation(PyMemoryViewObject(self, in: inferior), inferior)
    case .mmap: try operation(MmapObject(self, in: inferior), inferior)
    case .capsule: try operation(PyCapsuleObject(self, in: inferior), inferior)
    case .hamt: try operation(PyHamtObject(self, in: inferior), inferior)
    case .hamtBitmapNode, .hamtArrayNode, .hamtCollisionNode: try operation(HamtNode(self, in: inferior), inferior)
    case .future, .task: try operation(FutureObject(self, in: inferior), inferior)
    case .structFormat: try operation(PyStructObject(self, in: inferior), inferior)
    case .decimal: try operation(PyDecObject(self, in: inferior), inferior)
    case .cData, .cFunctionPointer: try operation(CDataObject(self, in: inferior), inferior)
    case .pickler: try operation(PicklerObject(self, in: inferior), inferior)
    case .unpickler: try operation(UnpicklerObject(self, in: inferior), inferior)
    case .element: try operation(ElementObject(self, in: inferior), inferior)
    case .teeData: try operation(TeeDataObject(self, in: inferior), inferior)
    case .combinations, .permutations, .product: try operation(CombinatoricObject(self, in: inferior), inferior)
    case .simpleQueue: try operation(SimpleQueueObject(self, in: inferior), inferior)
    case .arrayOfNumpy: try operation(PyArrayObject(self, in: inferior), inferior)
    case .arrayDescriptor: try operation(PyArrayDescr(self, in: inferior), inferior)
    case .numpyScalar: try operation(NumpyScalar(self, in: inferior), inferior)
    case .numpyBytes: try operation(NumpyBytesObject(self, in: inferior), inferior)
    case .multiDict: try operation(MultiDictObject(self, in: inferior), inferior)
    case .date, .time, .dateTime, .timeDelta, .timeZone: try operation(DateTimeObject(self, in: inferior), inferior)
    case .structure: try operation(StructureObject(self, in: inferior), inferior)
    case .generic: try operation(GenericObject(self, in: inferior), inferior)
    }
  }
}

extension ObjectHeader {
  private struct Judge: ObjectOperation {
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior, _ body: ReferentBody) -> InvalidReason? {
      object.invalidReason(in: inferior)
    }
  }

  /// The reason why this cannot be an object of its type; nil if there is none.
  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    do throws(MemoryFault) {
      return try apply(Judge(), in: inferior)
    } catch {
      return .unmapped
    }
  }

  private struct Size: ObjectOperation {
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior, _ body: ReferentBody) -> Int {
      object.byteCount(in: inferior)
    }
  }

  /// The object's size as `sys.getsizeof` counts it, in bytes: the result of `__sizeof__` and what is before the object.
  /// Only the basic size if the object cannot be read, or states a size larger than all memory of the process.
  package func byteCount(in inferior: Inferior) -> Int {
    preheaderSize(in: inferior) &+ (possibleByteCount(in: inferior) ?? max(0, type.basicSize))
  }

  /// Whether the object's stated size is possible: positive, and not larger than all memory of the process.
  package func isSizePossible(in inferior: Inferior) -> Bool { possibleByteCount(in: inferior) != nil }

  private func possibleByteCount(in inferior: Inferior) -> Int? {
    guard let size = try? apply(Size(), in: inferior) else { return max(0, type.basicSize) }
    return size >= 0 && size <= inferior.addressSpace.byteCount ? size : nil
  }

  /// The number of bytes from the object's address on, without what it keeps in other blocks of memory.
  package func inPlaceByteCount(in inferior: Inferior) -> Int {
    switch type.kind {
    case .str: (try? PyUnicodeObject(self, in: inferior))?.inPlaceByteCount(in: inferior) ?? type.basicSize
    case .code: (try? PyCodeObject(self, in: inferior))?.inPlaceByteCount(in: inferior) ?? type.basicSize
    case _ where type.kind.keepsMemoryElsewhere: type.basicSize
    default: max(type.basicSize, byteCount(in: inferior) &- preheaderSize(in: inferior))
    }
  }

  private struct Walk: ObjectOperation {
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior, _ body: ReferentBody) {
      object.forEachReferent(in: inferior, body)
    }
  }

  /// Calls `body` with each object that this one refers to: by the fields of its structure, by the attributes that its
  /// type adds, and its type. An object that it refers to twice is given twice.
  ///
  /// References of the kind `.visited` are those that `gc.get_referents` returns. Those of the kind `.probable` are only
  /// words: `ObjectIndex.contains` decides whether an object begins there.
  package func forEachReferent(
    in inferior: Inferior, _ body: (_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) -> Void
  ) {
    let walk = inferior.types.walks[Int(type.number)]
    if walk.isLeaf { return body(walk.type, walk.visitsType ? .visited : .held, "ob_type") }
    let isVisiting = hasGCHead(in: inferior)
    func give(_ referent: Address, _ kind: ReferentKind, _ part: ReferentPart) {
      guard !referent.isNull else { return }
      body(referent, kind == .visited && !isVisiting ? .held : kind, part)
    }
    let visitsStructure = walk.visitsStructure
    try? apply(Walk(), in: inferior) { give($0, $1 == .visited && !visitsStructure ? .held : $1, $2) }
    Instance(self).forEachReferent(walk, in: inferior, give)
  }

  private struct Shape: ObjectOperation {
    let limit: Int
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior, _ body: ReferentBody) -> ObjectShape {
      object.shape(in: inferior, limit: limit)
    }
  }

  /// The printed form of the object, with up to `limit` of its entries.
  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(type.number)]
    if !info.isOfOwnKind, let shape = ClassShape(self, info).shape(in: inferior, limit: limit) { return shape }
    guard let shape = try? apply(Shape(limit: limit), in: inferior) else {
      return .invalid(typeName: info.name)
    }
    // The kind's own type prints as itself; a subclass adds its name and its own attributes to the value.
    if type.kind == .generic || type.kind == .structure || info.isOfOwnKind || type.kind == .type
      || type.kind.namesSubclasses
    {
      return shape
    }
    let attributes = type.kind == .module ? [] : Instance(self).attributes(in: inferior, limit: limit)
    return .instance(typeName: info.name, value: shape, attributes: attributes)
  }

  /// The number of bytes before the object.
  func preheaderSize(in inferior: Inferior) -> Int {
    type.kind == .type && !hasGCHead(in: inferior) ? inferior.layout.type.staticPreheaderSize : type.preheaderSize
  }

  /// Whether the collector may visit the object. A type object has a collector's head only if it was made at run time
  /// (`type_is_gc`, Objects/typeobject.c).
  package func hasGCHead(in inferior: Inferior) -> Bool {
    guard type.kind == .type, let object = try? PyTypeObject(self, in: inferior) else { return type.isGC }
    return object.flags(in: inferior).contains(.heapType)
  }
}
