import MemoryImage

/// Names for static types whose names are not in the dump: a core without its executable, in which the texts lie.
///
/// What can be written is in every core: flags and sizes of types, the dict of `builtins`, the modules and what they call
/// types, and the descriptors, which lead from a type's attributes to the type. A type that none of them names stays
/// without a name.
struct LostNames {
  /// What was found, by the types' addresses.
  private(set) var names: [Address: String] = [:]

  private let inferior: Inferior
  private let typeObject: Address
  private let structures: [String: StructureLayout]

  /// - Parameter inferior: the process, the addresses of its types known.
  init(_ inferior: Inferior, typeObject: Address) {
    self.inferior = inferior
    self.typeObject = typeObject
    structures = StructureLayout.table(of: inferior.layout.version)
  }

  /// Whether the name of `type` is not in the dump, and with it those of the others.
  static func areLost(_ inferior: Inferior, typeObject: Address) -> Bool {
    guard let type = try? PyTypeObject(at: typeObject, in: inferior) else { return false }
    return !inferior.memory.isMapped(type[inferior.layout.type.tp_name], byteCount: 1)
  }

  /// The same types with names, as far as they can be found.
  func found(
    by discovery: TypeDiscovery, _ locator: RuntimeLocator, _ offsets: DebugOffsets?, threadCount: Int
  ) -> TypeTable {
    let addresses = inferior.types.types.map(\.address)
    var search = self
    search.findByFlags()
    let readable = inferior.with(types: discovery.types(at: addresses, named: search.names))
    search = search.knowing(readable)
    let runtime = RuntimeSearch(readable, locator: locator).runtime(debugOffsets: offsets)
    if let main = runtime?.mainInterpreter { search.findBuiltins(of: main) }
    search.findByDescriptors(threadCount: threadCount)
    if let main = runtime?.mainInterpreter { search.findByModules(of: main) }
    return discovery.types(at: addresses, named: search.names)
  }

  /// The same search in a process of which the names found so far are known.
  func knowing(_ inferior: Inferior) -> LostNames {
    var copy = LostNames(inferior, typeObject: typeObject)
    copy.names = names
    return copy
  }

  /// Names the types by whose flags their subclasses are known, which are enough to read dicts with strings as keys.
  mutating func findByFlags() {
    let named: [(TypeFlags, String)] = [
      (.longSubclass, "int"), (.listSubclass, "list"), (.tupleSubclass, "tuple"), (.bytesSubclass, "bytes"),
      (.unicodeSubclass, "str"), (.dictSubclass, "dict"), (.typeSubclass, "type"),
      (.baseExceptionSubclass, "BaseException"),
    ]
    for type in inferior.types.types where isNameless(type.address) {
      let baseFlags = inferior.types.type(at: type.base)?.traits.flags ?? []
      for (flag, name) in named where type.traits.flags.contains(flag) && !baseFlags.contains(flag) {
        names[type.address] = name
      }
    }
    if let type = inferior.types.type(at: typeObject), isNameless(type.base) { names[type.base] = "object" }
  }

  /// Whether the type at `address` is a static one without a name as yet.
  private func isNameless(_ address: Address) -> Bool {
    guard names[address] == nil, let type = inferior.types.type(at: address) else { return false }
    return type.name == TypeName.unknown
  }

  private mutating func name(_ type: Address?, _ name: String) {
    if let type, isNameless(type) { names[type] = name }
  }

  private mutating func nameType(of object: Address?, _ name: String) {
    self.name(object.flatMap { try? inferior.typeAddress(of: $0) }, name)
  }
}

// MARK: - By modules

extension LostNames {
  /// What the module `types` calls those of the interpreter's types that no other module names.
  private static let ofModuleTypes = [
    "FunctionType": ["function"], "CodeType": ["code"], "MappingProxyType": ["mappingproxy"], "CellType": ["cell"],
    "SimpleNamespace": ["types.SimpleNamespace"], "GeneratorType": ["generator"], "CoroutineType": ["coroutine"],
    "AsyncGeneratorType": ["async_generator"], "MethodType": ["method"], "BuiltinFunctionType": ["builtin_function_or_method"],
    "WrapperDescriptorType": ["wrapper_descriptor"], "MethodWrapperType": ["method-wrapper"],
    "MethodDescriptorType": ["method_descriptor"], "ClassMethodDescriptorType": ["classmethod_descriptor"],
    "ModuleType": ["module"], "TracebackType": ["traceback"], "FrameType": ["frame"],
    "GetSetDescriptorType": ["getset_descriptor"],
    "MemberDescriptorType": ["member_descriptor"], "GenericAlias": ["types.GenericAlias"],
    "UnionType": ["types.UnionType", "typing.Union"], "CapsuleType": ["PyCapsule"],
  ]
  /// More variables of modules than any process has.
  private static let variableLimit = 1 << 20

  /// Names the types that `builtins` has, and those of well-known objects.
  mutating func findBuiltins(of interpreter: InterpreterState) {
    var builtins: [String: Address] = [:]
    forEachVariable(in: interpreter.builtins) { builtins[$0] = builtins[$0] ?? $1 }
    // Of two names for a type the first is its own: `OSError` comes before `IOError`.
    forEachVariable(in: interpreter.builtins) { name($1, $0) }
    nameType(of: builtins["None"], "NoneType")
    nameType(of: builtins["Ellipsis"], "ellipsis")
    nameType(of: builtins["NotImplemented"], "NotImplementedType")
    nameType(of: builtins["len"], "builtin_function_or_method")
    nameType(of: inferior.dict(at: interpreter.modules)?.value(forKey: "sys", in: inferior), "module")
  }

  /// Names the types that other modules have as variables.
  mutating func findByModules(of interpreter: InterpreterState) {
    var modules: [(name: String, object: Address)] = []
    forEachVariable(in: interpreter.modules) { modules.append(($0, $1)) }
    var remaining = Self.variableLimit
    for (module, object) in modules {
      let fields = inferior.layout.module
      guard (try? inferior.typeAddress(of: object)).flatMap({ names[$0] }) == "module", remaining > 0,
        let record = try? inferior.memory.record(at: object, size: fields.size)
      else { continue }
      let definition = record[fields.md_def]
      if !definition.isNull { nameType(of: definition, "moduledef") }
      forEachVariable(in: record[fields.md_dict]) { variable, value in
        remaining -= 1
        if module == "sys" { nameSequence(value, "sys.\(variable)") }
        guard isNameless(value) else { return }
        // Any module may have another's type under any name: only one that is known of such a type is its own.
        let plain = module == "_collections_abc" ? [variable] : Self.ofModuleTypes[variable] ?? []
        let whole = ["\(module).\(variable)"] + (module.hasPrefix("_") ? ["\(module.dropFirst()).\(variable)"] : [])
        if let known = (plain + whole).first(where: { isKnown($0, value) }) { name(value, known) }
      }
    }
  }

  /// Names the type of one of the tuples with named items that `sys` has (`PyStructSequence`), and of its namespace.
  private mutating func nameSequence(_ value: Address, _ name: String) {
    guard let type = (try? inferior.typeAddress(of: value)).flatMap({ inferior.types.type(at: $0) }) else { return }
    if type.traits.flags.contains(.tupleSubclass) { self.name(type.address, name) }
    if name == "sys.implementation" { self.name(type.address, "types.SimpleNamespace") }
  }

  /// Whether something is known of a type with that name and this one's size.
  private func isKnown(_ name: String, _ type: Address) -> Bool {
    ObjectKind(staticTypeName: name) != nil
      || structures[name]?.size == inferior.types.type(at: type)?.traits.basicSize
  }

  private func forEachVariable(in dict: Address, _ body: (String, Address) -> Void) {
    guard let table = inferior.dict(at: dict) else { return }
    var remaining = Self.variableLimit
    try? table.forEachEntry(in: inferior) { key, value in
      if let name = inferior.string(at: key, limit: 128) { body(name, value) }
      remaining -= 1
      return remaining > 0
    }
  }
}

// MARK: - By descriptors

extension LostNames {
  /// Attributes that one of the interpreter's types has.
  private static let attributes = [
    "__closure__": "function", "co_code": "code", "f_lineno": "frame", "tb_lineno": "traceback",
    "gi_running": "generator", "cr_running": "coroutine", "ag_running": "async_generator", "cell_contents": "cell",
    "acquire_lock": "_thread.lock", "__callback__": "weakref.ReferenceType",
  ]
  /// Attributes and what kind of descriptor makes them.
  private static let descriptors = [
    "int.__add__": "wrapper_descriptor", "int.bit_length": "method_descriptor", "int.real": "getset_descriptor",
    "slice.start": "member_descriptor", "dict.fromkeys": "classmethod_descriptor",
  ]

  /// A descriptor: its own type, the one that it describes an attribute of, and the attribute.
  private struct Descriptor: Sendable {
    let type: Address
    let owner: Address
    let name: String
  }

  /// Names types by their attributes: a descriptor of a static type (`PyDescrObject`) refers to it.
  mutating func findByDescriptors(threadCount: Int) {
    let nameless = inferior.types.types.filter { isNameless($0.address) }
    let needles = TypeAddressSet(nameless.map { ($0.address, $0.traits.number) })
    let inferior = inferior
    let chunks = inferior.addressSpace.chunks()
    let found = concurrentMap(count: chunks.count, threadCount: threadCount) { index in
      var descriptors: [Descriptor] = []
      chunks[index].forEachHeader(typeIn: needles) { address, number in
        if descriptors.count < Self.descriptorLimit,
          let descriptor = Self.descriptor(at: address, of: inferior.types.types[Int(number)].address, in: inferior)
        {
          descriptors.append(descriptor)
        }
      }
      return descriptors
    }.flatMap { $0 }
    for descriptor in found {
      let owner = names[descriptor.owner] ?? inferior.types.type(at: descriptor.owner)?.name ?? TypeName.unknown
      if let kind = Self.descriptors["\(owner).\(descriptor.name)"] { name(descriptor.type, kind) }
      if let kind = Self.attributes[descriptor.name] {
        // Before 3.9 references were called so alone.
        name(descriptor.owner, kind == "weakref.ReferenceType" && structures[kind] == nil ? "weakref" : kind)
      }
    }
    // Of an instance method it is `__func__` alone.
    let owners = { (name: String) in Set(found.filter { $0.name == name }.map(\.owner)) }
    for owner in owners("__func__").intersection(owners("__self__")) { name(owner, "method") }
  }

  /// More descriptors in one piece of memory than any process has.
  private static let descriptorLimit = 1 << 14

  private static func descriptor(at address: Address, of type: Address, in inferior: Inferior) -> Descriptor? {
    let head = inferior.layout.object.size
    guard Liveness.isReferenceCountValid(of: address, in: inferior),
      let owner: Address = try? inferior.memory.load(at: address + head), inferior.types.number(of: owner) != nil,
      let text: Address = try? inferior.memory.load(at: address + head + 8), inferior.isObject(text, ofKind: .str),
      let name = inferior.string(at: text, limit: 128)
    else { return nil }
    return Descriptor(type: type, owner: owner, name: name)
  }
}
