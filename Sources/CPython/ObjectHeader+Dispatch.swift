package import MemoryImage

/// Something that is done with an object whatever its kind, compiled once for each kind: no existential in a loop.
private protocol ObjectOperation {
  associatedtype Result
  func callAsFunction(_ object: some PythonObject) -> Result
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
    case .type: try operation(PyTypeObject(self, in: inferior))
    case .none: try operation(PyNoneObject(self, in: inferior))
    case .bool, .int: try operation(PyLongObject(self, in: inferior))
    case .float: try operation(PyFloatObject(self, in: inferior))
    case .complex: try operation(PyComplexObject(self, in: inferior))
    case .str: try operation(PyUnicodeObject(self, in: inferior))
    case .bytes: try operation(PyBytesObject(self, in: inferior))
    case .byteArray: try operation(PyByteArrayObject(self, in: inferior))
    case .tuple: try operation(PyTupleObject(self, in: inferior))
    case .list: try operation(PyListObject(self, in: inferior))
    case .dict: try operation(PyDictObject(self, in: inferior))
    case .set: try operation(PySetObject(self, in: inferior))
    case .cell: try operation(PyCellObject(self, in: inferior))
    case .function: try operation(PyFunctionObject(self, in: inferior))
    case .method: try operation(PyMethodObject(self, in: inferior))
    case .builtinFunction: try operation(PyCFunctionObject(self, in: inferior))
    case .module: try operation(PyModuleObject(self, in: inferior))
    case .code: try operation(PyCodeObject(self, in: inferior))
    case .generator, .coroutine, .asyncGenerator: try operation(PyGenObject(self, in: inferior))
    case .frame: try operation(PyFrameObject(self, in: inferior))
    case .generic: try operation(GenericObject(self, in: inferior))
    }
  }
}

extension ObjectHeader {
  private struct Judge: ObjectOperation {
    let inferior: Inferior
    func callAsFunction(_ object: some PythonObject) -> InvalidReason? { object.invalidReason(in: inferior) }
  }

  /// Why this cannot be an object of its type; nil if nothing speaks against it.
  package func invalidReason(in inferior: Inferior) -> InvalidReason? {
    do throws(MemoryFault) {
      return try apply(Judge(inferior: inferior), in: inferior)
    } catch {
      return .unmapped
    }
  }

  private struct Size: ObjectOperation {
    let inferior: Inferior
    func callAsFunction(_ object: some PythonObject) -> Int { object.byteCount(in: inferior) }
  }

  /// The object's size as `sys.getsizeof` counts it, in bytes: what `__sizeof__` says and what lies before the object.
  /// The basic size alone where the object cannot be read.
  package func byteCount(in inferior: Inferior) -> Int {
    let own = (try? apply(Size(inferior: inferior), in: inferior)) ?? type.basicSize
    return preheaderSize(in: inferior) &+ max(0, own)
  }

  private struct Walk: ObjectOperation {
    let inferior: Inferior
    let body: (Address) -> Void
    func callAsFunction(_ object: some PythonObject) { object.forEachReferent(in: inferior, body) }
  }

  /// Calls `body` with the address of each object that this one refers to: by the fields of its structure, and by the
  /// attributes that its type adds.
  package func forEachReferent(in inferior: Inferior, _ body: (Address) -> Void) {
    withoutActuallyEscaping(body) { body in
      try? apply(Walk(inferior: inferior, body: body), in: inferior)
    }
    if type.kind != .module && type.kind != .type { Instance(self).forEachReferent(in: inferior, body) }
  }

  private struct Shape: ObjectOperation {
    let inferior: Inferior
    let limit: Int
    func callAsFunction(_ object: some PythonObject) -> ObjectShape { object.shape(in: inferior, limit: limit) }
  }

  /// How the object prints, with up to `limit` of its entries.
  package func shape(in inferior: Inferior, limit: Int) -> ObjectShape {
    let info = inferior.types.types[Int(type.number)]
    guard let shape = try? apply(Shape(inferior: inferior, limit: limit), in: inferior) else {
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
