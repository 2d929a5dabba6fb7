package import MemoryImage

/// Something that is done with an object whatever its kind, compiled once for each kind: no existential in a loop.
private protocol ObjectOperation {
  associatedtype Result
  func callAsFunction(_ object: some PythonObject, _ inferior: Inferior) -> Result
}

extension ObjectHeader {
  /// The one place where the kind of an object decides which structure reads it.
  ///
  /// - Throws: `MemoryFault` if the structure is not in the dump as a whole.
  @inline(__always)
  private func apply<Operation: ObjectOperation>(
    _ operation: Operation, in inferior: Inferior
  ) throws(MemoryFault) -> Operation.Result {
    switch type.kind {
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
    case .generic: try operation(GenericObject(self, in: inferior), inferior)
    }
  }
}

extension ObjectHeader {
  private struct Judge: ObjectOperation {
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior) -> InvalidReason? { object.invalidReason(in: inferior) }
  }

  /// Why this cannot be an object of its type; nil if nothing speaks against it.
  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    do throws(MemoryFault) {
      return try apply(Judge(), in: inferior)
    } catch {
      return .unmapped
    }
  }

  private struct Size: ObjectOperation {
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior) -> Int { object.byteCount(in: inferior) }
  }

  /// The object's size as `sys.getsizeof` counts it, in bytes: what `__sizeof__` says and what lies before the object.
  /// The basic size alone where the object cannot be read.
  package func byteCount(in inferior: Inferior) -> Int {
    let own = (try? apply(Size(), in: inferior)) ?? type.basicSize
    return preheaderSize(in: inferior) &+ max(0, own)
  }

  private struct Walk: ObjectOperation {
    let body: (Address) -> Void
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior) { object.forEachReferent(in: inferior, body) }
  }

  /// Calls `body` with the address of each object that this one refers to: by the fields of its structure, and by the
  /// attributes that its type adds.
  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    withoutActuallyEscaping(body) { body in
      try? apply(Walk(body: body), in: inferior)
    }
    if type.kind != .module && type.kind != .type { Instance(self).forEachReferent(in: inferior, body) }
  }

  private struct Shape: ObjectOperation {
    let limit: Int
    func callAsFunction(_ object: some PythonObject, _ inferior: Inferior) -> ObjectShape { object.shape(in: inferior, limit: limit) }
  }

  /// How the object prints, with up to `limit` of its entries.
  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(type.number)]
    guard let shape = try? apply(Shape(limit: limit), in: inferior) else {
      return .invalid(typeName: info.name)
    }
    // The kind's own type prints as itself; a subclass says its name and shows its own attributes beside the value.
    if type.kind == .generic || ObjectKind(staticTypeName: info.name) == type.kind || type.kind == .type {
      return shape
    }
    let attributes = type.kind == .module ? [] : Instance(self).attributes(in: inferior, limit: limit)
    return .instance(typeName: info.name, value: shape, attributes: attributes)
  }

  /// The bytes before the object. A type object has a collector's head only if it was made at run time (`type_is_gc`,
  /// Objects/typeobject.c).
  private func preheaderSize(in inferior: Inferior) -> Int {
    guard type.kind == .type, let object = try? PyTypeObject(self, in: inferior),
      !object.flags(in: inferior).contains(.heapType)
    else { return type.preheaderSize }
    return 0
  }
}
