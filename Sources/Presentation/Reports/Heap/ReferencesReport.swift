package import CPython
package import HeapAnalysis
package import MemoryImage

/// What `find-references` reports.
package struct ReferencesReport: Sendable {
  let objects: [ReferencesToObject]
  /// The addresses where no object begins.
  let missing: [Address]
  let texts: ReferenceTexts

  package init(_ objects: [ReferencesToObject], missing: [Address], in inferior: Inferior) {
    (self.objects, self.missing) = (objects, missing)
    texts = ReferenceTexts(inferior)
  }

  package func writeMembers(to json: inout JSONStream) throws {
    try json.member("missing", missing.map(\.description))
    try json.list("objects") { json in
      for object in objects { try json.object(onLine: true) { try write(object, to: &$0) } }
    }
  }

  private func write(_ object: ReferencesToObject, to json: inout JSONStream) throws {
    json.member("address", written: "\"\(object.target)\"")
    json.member("count", object.count)
    try json.list("referrers") { json in
      for group in object.groups {
        for referrer in group.referrers {
          json.object { write(referrer, kind: group.kind, to: &$0) }
          try json.flushIfLong()
        }
      }
    }
    json.member("type", written: texts.typeName(of: object.target))
  }

  private func write(_ referrer: Referrer, kind: ReferentKind, to json: inout JSONStream) {
    json.member("address", written: "\"\(referrer.address)\"")
    json.list("by") { json in
      for name in texts.partNames(of: referrer) { json.elements(written: JSONText.quoted(name)) }
    }
    json.member("kind", kind.description)
    json.member("references", referrer.partCount)
    json.member("repr", texts.text(of: referrer))
    json.member("type", written: texts.typeName(of: referrer))
  }
}
