package import CPython
package import HeapAnalysis
package import MemoryImage

/// Describes where objects are kept: `global errors of module 'app'`, `attribute .last of <Job>@ADDRESS`.
package struct HolderText {
  /// One place, and the same without what differs between objects that are kept in the same way.
  package struct Place: Hashable {
    package let text: String
    package let pattern: String
  }

  private let inferior: Inferior
  private let search: HolderSearch
  private let printer: ObjectPrinter
  private let parts: ReferentPartText
  private let futures: AsyncNodeText
  private var frames: FrameFormatter
  /// The module or class that owns the dict at an address.
  private var owners: [Address: ObjectHeader] = [:]

  /// The maximum number of steps from an object to something with a name, as many as the levels of the search.
  private static let depthLimit = 4

  package init(_ search: HolderSearch, modules: ModuleList, in inferior: Inferior) {
    self.inferior = inferior
    self.search = search
    parts = ReferentPartText(inferior)
    futures = AsyncNodeText(inferior)
    frames = FrameFormatter(inferior)
    var options = PrintingOptions()
    options.short = true
    options.maxStringLength = 64
    printer = ObjectPrinter(inferior, options: options)
    for module in modules.modules where !module.dict.isNull { owners[module.dict] = module.header }
    for type in inferior.types.types {
      guard let object = try? PyTypeObject(at: type.address, in: inferior), let header = inferior.object(at: type.address)
      else { continue }
      owners[object[inferior.layout.type.tp_dict]] = header
    }
  }

  /// Whether an object shows by itself where it is, so that its referrers are not searched for.
  package static func isEnd(_ header: ObjectHeader) -> Bool {
    switch header.type.kind {
    case .module, .type, .frame, .generator, .coroutine, .asyncGenerator, .future, .task: true
    default: header.type.flags.contains(.baseExceptionSubclass)
    }
  }

  /// The places of an object, and how many more there are. Exceptions that are raised from it, or while it is handled,
  /// do not count.
  package mutating func places(of object: Address) -> (places: [Place], more: Int) {
    guard let holders = search.holders[object] else { return ([], 0) }
    var places: [Place] = []
    for referrer in holders.referrers {
      guard let part = referrer.parts.first, !isException(referrer) else { continue }
      let place = self.place(part, of: referrer, depth: 0)
      if !places.contains(place) { places.append(place) }
    }
    return (places, holders.count - holders.referrers.count)
  }

  private func isException(_ referrer: Referrer) -> Bool {
    guard case .object(let header) = referrer.source else { return false }
    return header.type.flags.contains(.baseExceptionSubclass)
  }
}

extension HolderText {
  /// The place that one referrer shows, and where that referrer is.
  private mutating func place(_ part: ReferentPart, of referrer: Referrer, depth: Int) -> Place {
    switch referrer.source {
    case .root(.interpreter(let interpreter)):
      return Place(text: "interpreter \(interpreter.id)", pattern: "interpreter")
    case .root(.frame(let frame)): return place(part, inFrame: frame.frame, code: frame.frame.code)
    case .object(let header): return place(part, of: header, depth: depth)
    }
  }

  private mutating func place(_ part: ReferentPart, inFrame frame: Frame, code: Address) -> Place {
    let name = parts.text(of: part, inFrameOf: code)
    let place = frames.place(of: frame)
    let text = name.hasPrefix("local ") ? "variable \(name.dropFirst(6)) of \(place)" : "\(name) of \(place)"
    return Place(text: text, pattern: text)
  }

  private mutating func place(_ part: ReferentPart, of header: ObjectHeader, depth: Int) -> Place {
    if AsyncFuture(at: header.address, in: inferior) != nil { return place(ofResult: part, of: header) }
    switch (header.type.kind, part) {
    case (.frame, _), (.generator, _), (.coroutine, _), (.asyncGenerator, _): return place(part, ofFrame: header)
    case (.dict, .value(let key)): return place(value: part, key, of: header, depth: depth)
    case (.cell, _), (.tuple, _):
      if let place = placeInFunction(part, of: header) { return place }
    case (.generic, .attribute), (_, .member):
      let kind = if case .member = part { "slot" } else { "attribute" }
      return place(kind, part, of: header, depth: depth)
    default: break
    }
    let isItem = if case .item = part { true } else { header.type.kind == .set }
    return place(isItem ? "item" : "", part, of: header, depth: depth)
  }

  /// A part of an object whose own place is looked up.
  private mutating func place(_ kind: String, _ part: ReferentPart, of header: ObjectHeader, depth: Int) -> Place {
    let name = parts.text(of: part, in: header)
    let words = [kind, name].filter { !$0.isEmpty }.joined(separator: " ")
    let type = inferior.types.types[Int(header.type.number)].name
    // The item's index differs between objects that are kept in the same way.
    let pattern = kind == "item" || name.isEmpty ? kind : words
    return onward(
      Place(text: "\(words) of \(printer.text(of: header.address))", pattern: "\(pattern) of \(type)"), from: header.address,
      depth: depth)
  }

  /// The place where something is, followed by the place of that, if it is known.
  private mutating func onward(_ place: Place, from object: Address, depth: Int) -> Place {
    guard depth < Self.depthLimit, let holders = search.holders[object] else { return place }
    let referrers = holders.referrers.filter { !isException($0) }
    // A referrer with a name is more informative than the first.
    let best = referrers.first { referrer in
      guard case .object(let header) = referrer.source else { return true }
      return Self.isEnd(header) || header.type.kind == .function || owners[header.address] != nil
    }
    guard let next = best ?? referrers.first, let part = next.parts.first else { return place }
    let outer = self.place(part, of: next, depth: depth + 1)
    return Place(text: "\(place.text), in \(outer.text)", pattern: "\(place.pattern), in \(outer.pattern)")
  }

  private func place(ofResult part: ReferentPart, of header: ObjectHeader) -> Place {
    let name = parts.text(of: part, in: header)
    guard name == "fut_exception" || name == "._exception", let future = AsyncFuture(at: header.address, in: inferior) else {
      let text = "\(name) of \(printer.text(of: header.address))"
      return Place(text: text, pattern: "\(name) of \(inferior.typeName(of: header.address) ?? "?")")
    }
    return place(ofResultOf: future)
  }

  /// The place of an exception that a task or future ended with.
  package func place(ofResultOf future: AsyncFuture) -> Place {
    let kind = (future.isConcurrent ? "concurrent " : "async ") + futures.kind(of: future)
    return Place(text: "exception of \(futures.line(of: future))", pattern: "exception of \(kind)")
  }

  private mutating func place(_ part: ReferentPart, ofFrame header: ObjectHeader) -> Place {
    let frame =
      header.type.kind == .frame
      ? (try? PyFrameObject(header, in: inferior))?.frame : (try? PyGenObject(header, in: inferior))?.frame
    switch part {
    case .variable, .stack:
      if let frame { return place(part, inFrame: frame, code: frame.code) }
    case .field where header.type.kind != .frame:
      let text = "handled in \(printer.text(of: header.address))"
      return Place(text: text, pattern: text)
    default: break
    }
    let text = "\(parts.text(of: part, in: header)) of \(printer.text(of: header.address))"
    return Place(text: text, pattern: text)
  }

  /// A value of a dict: a global variable, an attribute, an item.
  private mutating func place(value part: ReferentPart, _ key: Address, of dict: ObjectHeader, depth: Int) -> Place {
    let name = inferior.shownString(at: key).map { PythonText.escaped($0) }
    if let owner = owners[dict.address], let name {
      let isModule = owner.type.kind == .module
      let text = "\(isModule ? "global" : "class attribute") \(name) of \(printer.text(of: owner.address))"
      return Place(text: text, pattern: text)
    }
    if let name, let owner = threadLocal(withDict: dict.address) {
      let text = "thread local \(name) of \(printer.text(of: owner.address))"
      return onward(Place(text: text, pattern: "thread local \(name)"), from: owner.address, depth: depth + 2)
    }
    for referrer in search.holders[dict.address]?.referrers ?? [] {
      guard case .object(let header) = referrer.source, case .field(let field)? = referrer.parts.first else { continue }
      if field.description == "__dict__", let name {
        if let future = AsyncFuture(at: header.address, in: inferior), name == "_exception" {
          return place(ofResultOf: future)
        }
        let type = inferior.types.types[Int(header.type.number)].name
        let place = Place(
          text: "attribute .\(name) of \(printer.text(of: header.address))", pattern: "attribute .\(name) of \(type)")
        return onward(place, from: header.address, depth: depth + 1)
      }
      if field.description == "func_kwdefaults" {
        let text = "default argument \(name ?? "?") of \(printer.text(of: header.address))"
        return Place(text: text, pattern: text)
      }
    }
    return place("item", part, of: dict, depth: depth)
  }

  /// The `threading.local` that has a dict for one of the threads, found in its dict of all (`dummies`, since 3.13
  /// `localdicts`, Modules/_threadmodule.c).
  private func threadLocal(withDict dict: Address) -> ObjectHeader? {
    for case .object(let all) in search.holders[dict]?.referrers.map(\.source) ?? [] where all.type.kind == .dict {
      for referrer in search.holders[all.address]?.referrers ?? [] {
        guard case .object(let owner) = referrer.source, let part = referrer.parts.first else { continue }
        if ["dummies", "localdicts"].contains(parts.text(of: part, in: owner)) { return owner }
      }
    }
    return nil
  }

  /// The place in a function: a cell of its closure, or the value of an argument.
  private mutating func placeInFunction(_ part: ReferentPart, of header: ObjectHeader) -> Place? {
    for referrer in search.holders[header.address]?.referrers ?? [] {
      guard case .object(let holder) = referrer.source else { continue }
      if header.type.kind == .cell, holder.type.kind == .tuple, let part = referrer.parts.first {
        if let place = placeInFunction(part, of: holder), place.text.hasPrefix("closure") { return place }
      }
      guard holder.type.kind == .function, case .field(let field)? = referrer.parts.first else { continue }
      let kind = ["func_closure": "closure cell", "func_defaults": "default argument"][field.description]
      guard let kind else { continue }
      let text = "\(kind) \(parts.text(of: part, in: header)) of \(printer.text(of: holder.address))"
      return onward(Place(text: text, pattern: text), from: holder.address, depth: 2)
    }
    return nil
  }
}
