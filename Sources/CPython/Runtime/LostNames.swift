import MemoryImage
import NativeProcess

/// Names for static types whose names are not in the dump, as in a core without its executable, which has the texts.
///
/// Writable memory is in every core: flags and sizes of types, the dict of `builtins`, the modules and their names for types,
/// and the descriptors, which lead from a type's attributes to the type. A type that none of these name stays without a name.
struct LostNames {
  /// The names found, by the types' addresses.
  private(set) var names: [Address: String] = [:]

  private let inferior: Inferior
  private let typeObject: Address
  private let structures: StructureTable

  /// - Parameter inferior: the process, with the addresses of its types known.
  init(_ inferior: Inferior, typeObject: Address) {
    self.inferior = inferior
    self.typeObject = typeObject
    structures = StructureTable.of(inferior.layout)
  }

  /// Whether the name of `type` is not in the dump, and therefore neither are the others.
  static func areLost(_ inferior: Inferior, typeObject: Address) -> Bool {
    guard let type = try? PyTypeObject(at: typeObject, in: inferior) else { return false }
    return !inferior.memory.isMapped(type[inferior.layout.type.tp_name], byteCount: 1)
  }

  /// Returns the same types with the names that can be found.
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

  /// Returns the same search for a process in which the names found so far are known.
  func knowing(_ inferior: Inferior) -> LostNames {
    var copy = LostNames(inferior, typeObject: typeObject)
    copy.names = names
    return copy
  }

  /// Names the types whose subclasses are marked by a flag. These are enough to read dicts whose keys are strings.
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

  /// Whether the type at `address` is a static one without a name so far.
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
  /// The variables of the module `types` for those of the interpreter's types that no other module names.
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

  /// Names the types in `builtins`, and those of well-known objects.
  mutating func findBuiltins(of interpreter: InterpreterState) {
    var builtins: [String: Address] = [:]
    forEachVariable(in: interpreter.builtins) { builtins[$0] = builtins[$0] ?? $1 }
    // If a type has two names, the first is its own: `OSError` comes before `IOError`.
    forEachVariable(in: interpreter.builtins) { name($1, $0) }
    nameType(of: builtins["None"], "NoneType")
    nameType(of: builtins["Ellipsis"], "ellipsis")
    nameType(of: builtins["NotImplemented"], "NotImplementedType")
    nameType(of: builtins["len"], "builtin_function_or_method")
    nameType(of: inferior.dict(at: interpreter.modules)?.value(forKey: "sys", in: inferior), "module")
  }

  /// Names the types that are variables of other modules.
  mutating func findByModules(of interpreter: InterpreterState) {
    var modules: [(name: String, object: Address)] = []
    forEachVariable(in: interpreter.modules) { modules.append(($0, $1)) }
    var remaining = Self.variableLimit
    for (module, object) in modules {
      let fields = inferior.layout.module
      guard (try? inferior.typeAddress(of: object)).flatMap({ names[$0] }) == "module", remaining > 0,
        let record = try? inferior.memory.record(at: object, size: fields.size)
      else { continue }
      let definition = PyModuleObject.definition(in: record, fields)
      if !definition.isNull { nameType(of: definition, "moduledef") }
      forEachVariable(in: record[fields.md_dict]) { variable, value in
        remaining -= 1
        if module == "sys" { nameSequence(value, "sys.\(variable)") }
        guard isNameless(value) else { return }
        // A module may have another module's type under any name. Only a name that is known, with the type's size, is its own.
        let plain = module == "_collections_abc" ? [variable] : Self.ofModuleTypes[variable] ?? []
        let whole = ["\(module).\(variable)"] + (module.hasPrefix("_") ? ["\(module.dropFirst()).\(variable)"] : [])
        if let known = (plain + whole).first(where: { isKnown($0, value) }) { name(value, known) }
      }
    }
  }

  /// Names the type of a named tuple in `sys` (`PyStructSequence`), and that of its namespace.
  private mutating func nameSequence(_ value: Address, _ name: String) {
    guard let type = (try? inferior.typeAddress(of: value)).flatMap({ inferior.types.type(at: $0) }) else { return }
    if type.traits.flags.contains(.tupleSubclass) { self.name(type.address, name) }
    if name == "sys.implementation" { self.name(type.address, "types.SimpleNamespace") }
  }

  /// Whether a type with that name and this type's size is known.
  private func isKnown(_ name: String, _ type: Address) -> Bool {
    ObjectKind(staticTypeName: name) != nil
      || structures.structure(of: name, size: inferior.types.type(at: type)?.traits.basicSize) != nil
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
  /// Attributes, each with the only type of the interpreter that has it.
  private static let attributes = [
    "__closure__": "function", "co_code": "code", "f_lineno": "frame", "tb_lineno": "traceback",
    "gi_running": "generator", "cr_running": "coroutine", "ag_running": "async_generator", "cell_contents": "cell",
    "acquire_lock": "_thread.lock", "__callback__": "weakref.ReferenceType",
  ]
  /// Attributes, each with the type of its descriptor.
  private static let descriptors = [
    "int.__add__": "wrapper_descriptor", "int.bit_length": "method_descriptor", "int.real": "getset_descriptor",
    "slice.start": "member_descriptor", "dict.fromkeys": "classmethod_descriptor",
  ]

  /// A descriptor: its own type, the type whose attribute it describes, and the attribute's name.
  private struct Descriptor: Sendable {
    let type: Address
    let owner: Address
    let name: String
  }

  /// Names types by their attributes: a descriptor of a static type (`PyDescrObject`) refers to the type.
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
        // Before 3.9 the type of references was called only `weakref`.
        name(descriptor.owner, kind == "weakref.ReferenceType" && structures[kind] == nil ? "weakref" : kind)
      }
    }
    // Only instance methods have both `__func__` and `__self__`.
    let owners = { (name: String) in Set(found.filter { $0.name == name }.map(\.owner)) }
    for owner in owners("__func__").intersection(owners("__self__")) { name(owner, "method") }
  }

  /// More descriptors in one chunk of memory than any process has.
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
